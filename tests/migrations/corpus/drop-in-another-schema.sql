-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table plans

CREATE SCHEMA staging_area;
SET LOCAL search_path TO staging_area;
CREATE TABLE plans (id bigint);
SET LOCAL search_path TO archive;
DROP TABLE plans;
SET LOCAL search_path TO public;
