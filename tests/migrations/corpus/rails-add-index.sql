-- undo: see the statement before
-- origin: Rails
-- truth: locks
-- expect: create-index index_plans_on_owner_id

CREATE INDEX "index_plans_on_owner_id" ON "plans" ("owner_id");
