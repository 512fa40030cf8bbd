-- undo: nothing to undo
-- origin: pg_dump
-- truth: fails
-- expect: change-owner atlaris_reader

SET ROLE atlaris_reader;
CREATE TABLE secrets (id bigint);
