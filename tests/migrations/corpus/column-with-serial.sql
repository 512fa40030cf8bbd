-- undo: see the statement before
-- origin: Rails
-- truth: locks
-- expect: rewrite-table audit.number

ALTER TABLE "audit" ADD COLUMN "number" bigserial;
