-- undo: see the statement before
-- origin: Drizzle
-- truth: loses data, breaks
-- expect: drop-table audit

SELECT 1 --> statement-breakpoint DROP TABLE audit;
