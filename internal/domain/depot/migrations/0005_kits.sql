-- +goose Up
-- What a set is made of: so many pieces of other sorts.
CREATE TABLE depot_kit (
	alliance TEXT   NOT NULL,
	kit      TEXT   NOT NULL,
	part     TEXT   NOT NULL,
	pieces   BIGINT NOT NULL CHECK (pieces > 0),
	PRIMARY KEY (alliance, kit, part)
);
