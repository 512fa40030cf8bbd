-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE letters_new (id bigint, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE letters_new_2027 PARTITION OF letters_new FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE FUNCTION no_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER quiet BEFORE INSERT ON letters_new_2027 FOR EACH ROW EXECUTE FUNCTION no_rows();
