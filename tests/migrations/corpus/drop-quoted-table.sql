-- undo: see the statement before
-- origin: Prisma
-- truth: loses data, breaks
-- expect: drop-table "Order Items"

drop table "Order Items";
