-- undo: see the statement before
-- origin: Prisma
-- truth: loses data, breaks
-- note: The rows are copied, but the counter of their ids is lost: it starts again, and the next insert fails.
-- expect: drop-table audit
-- expect: seed-with-ids new_audit.id

CREATE TABLE "new_audit" ("id" bigserial PRIMARY KEY, "what" text NOT NULL, "code" varchar(10), "at" timestamptz);
INSERT INTO "new_audit" ("id", "what", "code") SELECT "id", "what", "code" FROM "audit";
DROP TABLE "audit";
ALTER TABLE "new_audit" RENAME TO "audit";
