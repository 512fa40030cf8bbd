-- undo: ALTER TABLE tasks DROP COLUMN owner_id;
-- origin: Prisma
-- truth: safe
-- expect nothing

ALTER TABLE "tasks" ADD COLUMN "owner_id" bigint;
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_owner" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE SET NULL NOT VALID;
