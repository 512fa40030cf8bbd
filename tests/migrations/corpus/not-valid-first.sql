-- undo: ALTER TABLE users DROP CONSTRAINT users_email_there
-- origin: hand-written
-- truth: safe
-- expect: refuse-new-rows users.users_email_there

SET lock_timeout = '5s';
ALTER TABLE users ADD CONSTRAINT users_email_there CHECK (email IS NOT NULL) NOT VALID;
