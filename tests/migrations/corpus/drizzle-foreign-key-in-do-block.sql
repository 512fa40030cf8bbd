-- undo: see the statement before
-- origin: Drizzle
-- truth: locks
-- expect: add-constraint "Order Items".items_plan_fk

DO $$ BEGIN
 ALTER TABLE "Order Items" ADD CONSTRAINT "items_plan_fk" FOREIGN KEY ("planId") REFERENCES "plans"("id");
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
