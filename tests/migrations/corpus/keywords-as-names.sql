-- undo: nothing is left of it
-- origin: Prisma
-- truth: safe
-- expect nothing

CREATE TABLE "drop" ("table" text, "delete" text, "truncate" int);
INSERT INTO "drop" ("table", "delete") VALUES ('plans', 'cascade');
UPDATE "drop" SET "truncate" = 1;
DELETE FROM "drop" WHERE "truncate" = 1;
DROP TABLE "drop";
