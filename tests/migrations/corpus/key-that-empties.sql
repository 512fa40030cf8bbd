-- undo: ALTER TABLE "Order Items" DROP CONSTRAINT items_plan;
-- origin: Drizzle
-- truth: loses data
-- keeps: DELETE FROM plans WHERE id = 1; SELECT id FROM "Order Items" WHERE "planId" IS NOT NULL
-- expect: cascading-key "Order Items"."planId"
-- expect: refuse-new-rows "Order Items".items_plan

ALTER TABLE "Order Items" ADD CONSTRAINT "items_plan" FOREIGN KEY ("planId") REFERENCES "public"."plans"("id") ON DELETE set null NOT VALID;
