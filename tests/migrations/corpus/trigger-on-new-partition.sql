-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- release: INSERT INTO readings VALUES ('2031-05-05', 1)
-- expect: attach-partition events
-- expect: attach-partition readings
-- expect: trigger-drops-rows readings

CREATE FUNCTION no_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE readings_2031 PARTITION OF readings FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
CREATE TRIGGER readings_quiet BEFORE INSERT ON readings_2031 FOR EACH ROW EXECUTE FUNCTION no_rows();
