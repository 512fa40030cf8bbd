-- undo: ALTER TABLE audit DROP COLUMN plan_id;
-- origin: Rails
-- truth: safe
-- expect nothing

ALTER TABLE "audit" ADD "plan_id" bigint;
ALTER TABLE "audit" ADD CONSTRAINT "fk_rails_1f7e" FOREIGN KEY ("plan_id") REFERENCES "plans" ("id") NOT VALID;
