-- undo: DROP TABLE events_rest;
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE events_rest PARTITION OF events DEFAULT;
