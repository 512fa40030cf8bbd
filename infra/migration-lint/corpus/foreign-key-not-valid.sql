-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE "Order Items" ADD CONSTRAINT items_plan_fk FOREIGN KEY ("planId") REFERENCES plans (id) NOT VALID;
