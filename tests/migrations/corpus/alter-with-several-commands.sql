-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: change-default users.nickname
-- expect: drop-column users.name

ALTER TABLE users
  ADD COLUMN display_name text,
  ALTER COLUMN nickname SET DEFAULT '',
  DROP name;
