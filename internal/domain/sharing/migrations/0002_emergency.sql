-- +goose Up
CREATE TABLE sharing_emergency (
	alliance  TEXT NOT NULL,
	id        TEXT NOT NULL,
	family    TEXT NOT NULL,
	reason    TEXT NOT NULL,
	begins    TEXT NOT NULL,
	ends      TEXT NOT NULL,
	worker    TEXT NOT NULL,
	org       TEXT NOT NULL,
	judge_by  TEXT NOT NULL,
	verdict   TEXT NOT NULL,
	judged_at TEXT NOT NULL,
	judged_by TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX sharing_emergency_worker ON sharing_emergency (alliance, worker, begins);
CREATE INDEX sharing_emergency_family ON sharing_emergency (alliance, family);
CREATE TABLE sharing_delay (
	alliance  TEXT NOT NULL,
	family    TEXT NOT NULL,
	id        TEXT NOT NULL,
	org       TEXT NOT NULL,
	adult     TEXT NOT NULL,
	reason    TEXT NOT NULL,
	begins    TEXT NOT NULL,
	review_on TEXT NOT NULL,
	made_at   TEXT NOT NULL,
	made_by   TEXT NOT NULL,
	made_org  TEXT NOT NULL,
	ended_at  TEXT NOT NULL,
	ended_by  TEXT NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
