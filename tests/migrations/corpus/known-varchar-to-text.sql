-- undo: ALTER TABLE labels ALTER COLUMN name TYPE varchar(20);
-- origin: Prisma
-- truth: safe
-- earlier: labels
-- release: SELECT name FROM labels
-- expect nothing

ALTER TABLE "labels" ALTER COLUMN "name" SET DATA TYPE text;
