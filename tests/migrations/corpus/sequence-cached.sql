-- undo: ALTER SEQUENCE audit_id_seq CACHE 1;
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER SEQUENCE audit_id_seq CACHE 20 OWNED BY audit.id;
