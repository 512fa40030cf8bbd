-- undo: see the statement before
-- origin: Drizzle
-- truth: safe
-- note: The running release keeps to it automatically.
-- expect: drop-constraint plans.plans_views_positive

ALTER TABLE "plans" DROP CONSTRAINT "plans_views_positive";
