-- undo: see the statement before
-- origin: Prisma
-- truth: breaks
-- expect: drop-object open_plans

DROP VIEW "open_plans";
