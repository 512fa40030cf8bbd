-- undo: nothing to undo
-- origin: pg_dump
-- truth: fails
-- expect: change-owner shop_reader

SET ROLE shop_reader;
CREATE TABLE secrets (id bigint);
