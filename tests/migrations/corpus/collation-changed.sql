-- undo: ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "default";
-- origin: hand-written
-- truth: breaks
-- setup: ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C"
-- release: SELECT id FROM users WHERE name < 'a'
-- expect: change-type users.name

ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "en-x-icu";
