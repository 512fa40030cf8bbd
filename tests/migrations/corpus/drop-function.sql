-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: drop-object shout

DROP FUNCTION shout(text);
