-- undo: ALTER TABLE marks DROP CONSTRAINT marks_pkey;
-- origin: Prisma
-- truth: breaks
-- setup: CREATE TABLE marks (code text); CREATE UNIQUE INDEX marks_code ON marks (code)
-- release: INSERT INTO marks VALUES (NULL)
-- expect: add-unique marks.marks_pkey

ALTER TABLE "marks" ADD CONSTRAINT "marks_pkey" PRIMARY KEY USING INDEX "marks_code";
