-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: detach-partition events_2025

ALTER TABLE events DETACH PARTITION events_2025;
