-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- expect nothing

ALTER TABLE "audit" ADD COLUMN "user_id" bigint REFERENCES "users" ("id");
