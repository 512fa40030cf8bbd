-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect: refuse-new-rows "Order Items".items_plan_fk

ALTER TABLE "Order Items" ADD CONSTRAINT items_plan_fk FOREIGN KEY ("planId") REFERENCES plans (id) NOT VALID;
