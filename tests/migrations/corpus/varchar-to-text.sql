-- undo: see the statement before
-- origin: Django
-- truth: safe
-- note: Nothing is rewritten, because the old type was a character type.
-- expect: change-type audit.code

ALTER TABLE "audit" ALTER COLUMN "code" TYPE text;
