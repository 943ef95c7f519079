-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the record is append-only'; END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_record_no_change BEFORE UPDATE OR DELETE ON audit_record
	FOR EACH ROW EXECUTE FUNCTION audit_append_only();
