-- +goose Up
CREATE TABLE depot_place (
	alliance  TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	org       TEXT    NOT NULL,
	name      TEXT    NOT NULL,
	kind      TEXT    NOT NULL,
	keep_days BIGINT  NOT NULL,
	most      BIGINT  NOT NULL,
	who_first TEXT    NOT NULL,
	closed    BOOLEAN NOT NULL,
	version   BIGINT  NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE TABLE depot_item (
	alliance TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	category TEXT    NOT NULL,
	name     TEXT    NOT NULL,
	folded   TEXT    NOT NULL, -- the name, for who types it otherwise
	size     TEXT    NOT NULL,
	season   TEXT    NOT NULL,
	grade    TEXT    NOT NULL,
	pack     BIGINT  NOT NULL,
	dated    BOOLEAN NOT NULL,
	numbered BOOLEAN NOT NULL,
	years    BIGINT  NOT NULL,
	level    BIGINT  NOT NULL,
	ean      TEXT    NOT NULL,
	is_off   BOOLEAN NOT NULL,
	version  BIGINT  NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX depot_item_same ON depot_item (alliance, category, folded, size, season, grade);
CREATE INDEX depot_item_ean ON depot_item (alliance, ean);
CREATE TABLE depot_thing (
	alliance TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	item     TEXT    NOT NULL,
	mark     TEXT    NOT NULL,
	made     TEXT    NOT NULL,
	recalled BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX depot_thing_mark ON depot_thing (alliance, item, mark);
CREATE TABLE depot_request (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	number    BIGINT NOT NULL,
	place     TEXT   NOT NULL,
	org       TEXT   NOT NULL,
	worker    TEXT   NOT NULL,
	family    TEXT   NOT NULL, -- for its care team alone; empty: no file, or forgotten
	child     TEXT   NOT NULL,
	months    BIGINT NOT NULL,
	state     TEXT   NOT NULL,
	made_at   TEXT   NOT NULL,
	ready_at  TEXT   NOT NULL,
	until     TEXT   NOT NULL,
	closed_at TEXT   NOT NULL,
	version   BIGINT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX depot_request_number ON depot_request (alliance, number);
CREATE INDEX depot_request_state ON depot_request (alliance, place, state, number);
CREATE INDEX depot_request_org ON depot_request (alliance, org, number);
CREATE INDEX depot_request_family ON depot_request (alliance, family);
CREATE INDEX depot_request_until ON depot_request (state, until);
CREATE TABLE depot_line (
	alliance TEXT    NOT NULL,
	request  TEXT    NOT NULL,
	no       BIGINT  NOT NULL,
	place    TEXT    NOT NULL,
	item     TEXT    NOT NULL,
	asked    BIGINT  NOT NULL CHECK (asked > 0),
	instead  TEXT    NOT NULL,
	original TEXT    NOT NULL,
	wants    BIGINT  NOT NULL, -- of what was asked: what had not gone out when it was last fetched
	open     BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, request, no)
);
CREATE INDEX depot_line_open ON depot_line (alliance, place, item, wants) WHERE open;
-- Which requests came along when two files became one.
CREATE TABLE depot_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	request  TEXT NOT NULL,
	child    TEXT NOT NULL, -- who it was in the file that went
	PRIMARY KEY (alliance, merge, request)
);
CREATE TABLE depot_count (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	place     TEXT   NOT NULL,
	state     TEXT   NOT NULL,
	opened_at TEXT   NOT NULL,
	opened_by TEXT   NOT NULL,
	closed_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX depot_count_place ON depot_count (alliance, place, id);
CREATE TABLE depot_counted (
	alliance TEXT   NOT NULL,
	count_id TEXT   NOT NULL,
	asset    TEXT   NOT NULL,
	began    BIGINT NOT NULL, -- in the book when the count began
	moved    BIGINT NOT NULL, -- came in, less what went out, until it was counted
	counted  BIGINT NOT NULL,
	worker   TEXT   NOT NULL,
	PRIMARY KEY (alliance, count_id, asset)
);
CREATE TABLE depot_order (
	alliance   TEXT NOT NULL,
	id         TEXT NOT NULL,
	place      TEXT NOT NULL,
	state      TEXT NOT NULL,
	ordered_at TEXT NOT NULL,
	closed_at  TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX depot_order_place ON depot_order (alliance, place, state);
CREATE TABLE depot_ordered (
	alliance TEXT   NOT NULL,
	order_id TEXT   NOT NULL,
	item     TEXT   NOT NULL,
	pieces   BIGINT NOT NULL,
	PRIMARY KEY (alliance, order_id, item)
);
-- What people gave and took in a container, on a day. Of nobody.
CREATE TABLE depot_swap (
	alliance TEXT   NOT NULL,
	place    TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	day      TEXT   NOT NULL,
	people   BIGINT NOT NULL,
	given    BIGINT NOT NULL,
	taken    BIGINT NOT NULL,
	PRIMARY KEY (alliance, place, id)
);
