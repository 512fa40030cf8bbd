-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- earlier: not-valid-first
-- expect nothing

ALTER TABLE users VALIDATE CONSTRAINT users_email_there;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
