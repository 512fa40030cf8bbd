-- undo: see the statement before
-- origin: Rails
-- truth: loses data, breaks
-- expect: cascade tasks
-- expect: drop-table tasks

DROP TABLE IF EXISTS "tasks" CASCADE;
CREATE TABLE "tasks" ("id" bigserial primary key, "name" character varying NOT NULL);
