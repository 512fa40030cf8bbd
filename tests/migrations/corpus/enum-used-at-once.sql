-- undo: leave the value unused
-- origin: Prisma
-- truth: fails
-- expect: enum-used-at-once mood.calm

ALTER TYPE mood ADD VALUE 'calm';
ALTER TABLE users ADD COLUMN mood mood DEFAULT 'calm';
