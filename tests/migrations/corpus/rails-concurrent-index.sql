-- undo: see the statement before
-- origin: Rails
-- truth: fails
-- expect: outside-transaction

CREATE INDEX CONCURRENTLY "index_plans_on_owner_id" ON "plans" ("owner_id");
