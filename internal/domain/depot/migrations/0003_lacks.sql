-- +goose Up
-- What a desk that hands out could not give: so many pieces, of nobody. What is
-- ordered for it lies under the number of that order.
CREATE TABLE depot_lack (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL, -- of the event at the desk
	item     TEXT   NOT NULL,
	place    TEXT   NOT NULL,
	pieces   BIGINT NOT NULL CHECK (pieces > 0),
	day      TEXT   NOT NULL,
	order_id TEXT   NOT NULL, -- empty: nobody ordered it yet
	PRIMARY KEY (alliance, id, item)
);
CREATE INDEX depot_lack_place ON depot_lack (alliance, place, order_id, day);
