-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- expect: reset-sequence audit_id_seq

ALTER SEQUENCE audit_id_seq RESTART WITH 1;
