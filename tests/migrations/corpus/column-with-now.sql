-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- expect nothing

ALTER TABLE "audit" ADD COLUMN "created_at" timestamptz DEFAULT now() NOT NULL, ADD COLUMN "day" date DEFAULT CURRENT_DATE;
