-- undo: see the statement before
-- origin: Rails
-- truth: breaks
-- unseen: only a row that the next release writes shows it
-- note: The running release never writes NULL there; it reads what the next one writes, until it is replaced or after a rollback.
-- expect: allow-null plans.owner_id

ALTER TABLE "plans" ALTER COLUMN "owner_id" DROP NOT NULL;
