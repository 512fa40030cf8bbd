-- undo: ALTER TABLE users DROP CONSTRAINT users_email_key;
-- origin: Django
-- truth: breaks
-- expect: add-unique users.users_email_key

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx DEFERRABLE;
