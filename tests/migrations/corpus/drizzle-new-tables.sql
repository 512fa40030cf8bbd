-- undo: see the statement before
-- origin: Drizzle
-- truth: safe
-- expect nothing

CREATE TABLE "ratings" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"plan_id" bigint NOT NULL,
	"stars" integer NOT NULL,
	CONSTRAINT "ratings_stars" CHECK ("ratings"."stars" between 1 and 5)
);
--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "ratings_plan" ON "ratings" USING btree ("plan_id");--> statement-breakpoint
ALTER TABLE "ratings" ALTER COLUMN "stars" SET DATA TYPE smallint;--> statement-breakpoint
ALTER TABLE "public"."ratings" DROP COLUMN "stars";
