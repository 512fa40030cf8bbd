-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- note: The running release never writes NULL there; the next one may.
-- expect nothing

ALTER TABLE "plans" ALTER COLUMN "owner_id" DROP NOT NULL;
