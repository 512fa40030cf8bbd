-- undo: ALTER TABLE users DROP CONSTRAINT users_email_key; and the index again
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
