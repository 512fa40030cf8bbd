-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: revoke plans

REVOKE SELECT ON plans FROM shop_reader;
