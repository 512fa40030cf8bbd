-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: change-row-security plans

ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
