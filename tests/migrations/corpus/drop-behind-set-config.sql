-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table plans

CREATE SCHEMA fresh;
SELECT set_config('search_path', 'fresh', true);
CREATE TABLE plans (id bigint);
SELECT pg_catalog.set_config('search_path', 'archive', true);
DROP TABLE plans;
SELECT set_config('search_path', 'public', true);
