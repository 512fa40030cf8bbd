-- undo: see the statement before
-- origin: Drizzle
-- truth: locks
-- expect: create-index plans_slug

CREATE UNIQUE INDEX IF NOT EXISTS "plans_slug" ON "plans" USING btree ("slug");
