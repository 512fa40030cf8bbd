-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE users ADD COLUMN phone text, ADD CONSTRAINT users_phone CHECK (length(phone) BETWEEN 5 AND 20) NOT VALID;
