-- undo: ALTER TABLE "Order Items" DROP CONSTRAINT items_plan;
-- origin: hand-written
-- truth: loses data
-- keeps: DELETE FROM plans WHERE id = 1; SELECT id FROM "Order Items"
-- expect: cascading-key "Order Items"."planId"
-- expect: refuse-new-rows "Order Items".items_plan

ALTER TABLE "Order Items" ADD CONSTRAINT items_plan FOREIGN KEY ("planId") REFERENCES plans (id) ON DELETE CASCADE NOT VALID;
