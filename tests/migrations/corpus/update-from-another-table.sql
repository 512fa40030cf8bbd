-- undo: from the backup
-- origin: Rails
-- truth: loses data
-- expect: overwrite-rows plans.notes

UPDATE "plans" SET "notes" = "users"."email" FROM "users" WHERE "users"."id" = "plans"."owner_id";
