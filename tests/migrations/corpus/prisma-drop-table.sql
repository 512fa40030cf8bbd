-- undo: see the statement before
-- origin: Prisma
-- truth: loses data, breaks
-- expect: drop-table audit

-- DropTable
DROP TABLE "audit";
