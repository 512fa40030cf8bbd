-- undo: CREATE OR REPLACE VIEW open_plans, as it was
-- origin: hand-written
-- truth: breaks
-- expect: replace-object open_plans

CREATE OR REPLACE VIEW open_plans AS SELECT id, topic FROM plans WHERE status = 'ready' AND topic IS NULL;
