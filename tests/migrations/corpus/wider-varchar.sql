-- undo: see the statement before
-- origin: Rails
-- truth: safe
-- note: Wider than before, which only the old type could tell.
-- expect: change-type audit.code

ALTER TABLE "audit" ALTER COLUMN "code" TYPE character varying(255);
