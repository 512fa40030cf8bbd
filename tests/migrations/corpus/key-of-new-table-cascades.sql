-- undo: DROP TABLE plan_tags;
-- origin: Drizzle
-- truth: safe
-- release: DELETE FROM plans WHERE id = 2
-- expect nothing

CREATE TABLE "plan_tags" ("plan_id" bigint NOT NULL, "tag" text NOT NULL);
--> statement-breakpoint
ALTER TABLE "plan_tags" ADD CONSTRAINT "plan_tags_plan" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE cascade ON UPDATE no action;
