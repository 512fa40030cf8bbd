-- undo: ALTER SEQUENCE audit_id_seq INCREMENT BY 1;
-- origin: hand-written
-- truth: breaks
-- expect: change-counter audit_id_seq

ALTER SEQUENCE audit_id_seq INCREMENT BY -1;
