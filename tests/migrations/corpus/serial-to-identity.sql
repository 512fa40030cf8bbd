-- undo: ALTER TABLE audit ALTER COLUMN id DROP IDENTITY; and the default again
-- origin: Drizzle
-- truth: breaks
-- expect: change-counter audit.id
-- expect: drop-default audit.id

ALTER TABLE "audit" ALTER COLUMN "id" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "audit" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (sequence name "audit_id_ident" START WITH 1);
