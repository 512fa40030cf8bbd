-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- release: INSERT INTO clicks (plan_id, count) VALUES (1, 1)
-- expect nothing

ALTER TABLE clicks ADD COLUMN user_id bigint;
ALTER TABLE clicks ADD CONSTRAINT clicks_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
