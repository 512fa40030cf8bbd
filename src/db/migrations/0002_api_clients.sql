-- Whose key asked for a plan, and how many in the last minute: limits that hold for all functions of the web together.
-- undo: ALTER TABLE plans DROP COLUMN client; DROP TABLE api_requests;
CREATE TABLE "api_requests" (
	"client" text PRIMARY KEY NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"count" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "client" text;