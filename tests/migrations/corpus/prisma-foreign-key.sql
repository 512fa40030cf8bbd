-- undo: see the statement before
-- origin: Prisma
-- truth: locks
-- expect: add-constraint "Order Items"."Order Items_planId_fkey"
-- expect: cascading-key "Order Items"."planId"

-- AddForeignKey
ALTER TABLE "Order Items" ADD CONSTRAINT "Order Items_planId_fkey" FOREIGN KEY ("planId") REFERENCES "plans"("id") ON DELETE SET NULL ON UPDATE CASCADE;
