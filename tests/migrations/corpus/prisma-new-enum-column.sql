-- undo: ALTER TABLE users DROP COLUMN tone; DROP TYPE "Tone";
-- origin: Prisma
-- truth: safe
-- expect nothing

CREATE TYPE "Tone" AS ENUM ('calm', 'loud');
ALTER TABLE "users" ADD COLUMN "tone" "Tone" NOT NULL DEFAULT 'calm';
