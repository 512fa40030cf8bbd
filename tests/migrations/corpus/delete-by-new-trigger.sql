-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows tasks

CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM tasks; RETURN NEW; END $$;
CREATE TRIGGER forgetful AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION forget();
INSERT INTO audit (what) VALUES ('migrated');
