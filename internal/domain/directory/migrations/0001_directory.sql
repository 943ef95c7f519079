-- +goose Up
CREATE TABLE directory_organisation (
	alliance   TEXT NOT NULL,
	id         TEXT NOT NULL,
	version    BIGINT NOT NULL,
	name       TEXT NOT NULL,
	folded     TEXT NOT NULL, -- name and other name, as search sees them
	kbo        TEXT NOT NULL,
	member     TEXT NOT NULL,
	merged_in  TEXT NOT NULL,
	stale_on   TEXT NOT NULL, -- the first day on which something of it is too old; '' while nothing ages
	body       TEXT NOT NULL, -- JSON: all of it
	changed_at TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX directory_organisation_name ON directory_organisation (alliance, folded, id);
CREATE INDEX directory_organisation_member ON directory_organisation (alliance, member);
CREATE INDEX directory_organisation_stale ON directory_organisation (alliance, stale_on);

CREATE TABLE directory_service (
	alliance     TEXT NOT NULL,
	id           TEXT NOT NULL,
	version      BIGINT NOT NULL,
	organisation TEXT NOT NULL,
	programme    TEXT NOT NULL,
	folded       TEXT NOT NULL, -- its names and words, as search sees them
	state        TEXT NOT NULL,
	merged_in    TEXT NOT NULL,
	stale_on     TEXT NOT NULL,
	body         TEXT NOT NULL, -- JSON: all of it
	changed_at   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX directory_service_name ON directory_service (alliance, folded, id);
CREATE INDEX directory_service_organisation ON directory_service (alliance, organisation);
CREATE INDEX directory_service_programme ON directory_service (alliance, programme);
CREATE INDEX directory_service_state ON directory_service (alliance, state, id);
CREATE INDEX directory_service_stale ON directory_service (alliance, stale_on);

-- What a list of services is narrowed by: "lever:1", "phase:baby", "lang:ar",
-- "area:24062", "room:free".
CREATE TABLE directory_tag (
	alliance TEXT NOT NULL,
	tag      TEXT NOT NULL,
	service  TEXT NOT NULL,
	PRIMARY KEY (alliance, tag, service)
);
CREATE INDEX directory_tag_service ON directory_tag (alliance, service);

CREATE TABLE directory_place (
	alliance TEXT NOT NULL,
	service  TEXT NOT NULL,
	location TEXT NOT NULL,
	PRIMARY KEY (alliance, service, location)
);
CREATE INDEX directory_place_location ON directory_place (alliance, location);

CREATE TABLE directory_location (
	alliance     TEXT NOT NULL,
	id           TEXT NOT NULL,
	version      BIGINT NOT NULL,
	organisation TEXT NOT NULL,
	folded       TEXT NOT NULL,
	postal       TEXT NOT NULL,
	municipality TEXT NOT NULL,
	merged_in    TEXT NOT NULL,
	stale_on     TEXT NOT NULL,
	body         TEXT NOT NULL, -- JSON: all of it
	changed_at   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX directory_location_organisation ON directory_location (alliance, organisation);
CREATE INDEX directory_location_postal ON directory_location (alliance, postal);
CREATE INDEX directory_location_stale ON directory_location (alliance, stale_on);

-- Locations that only those who work there read. Nothing that is told to the
-- public reads this table.
CREATE TABLE directory_shelter (
	alliance     TEXT NOT NULL,
	id           TEXT NOT NULL,
	version      BIGINT NOT NULL,
	organisation TEXT NOT NULL,
	changed_at   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX directory_shelter_organisation ON directory_shelter (alliance, organisation);

-- By which name a source knows a record, so that what is read there again is
-- the same record.
CREATE TABLE directory_source (
	alliance  TEXT NOT NULL,
	source    TEXT NOT NULL,
	kind      TEXT NOT NULL, -- organisation, service, location
	source_id TEXT NOT NULL,
	record    TEXT NOT NULL,
	PRIMARY KEY (alliance, source, kind, source_id)
);
CREATE INDEX directory_source_record ON directory_source (alliance, record);
