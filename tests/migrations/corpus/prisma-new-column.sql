-- undo: see the statement before
-- origin: Prisma
-- truth: safe
-- expect nothing

-- AlterTable
ALTER TABLE "plans" ADD COLUMN     "language" TEXT,
ADD COLUMN     "level" TEXT NOT NULL DEFAULT 'beginner';
