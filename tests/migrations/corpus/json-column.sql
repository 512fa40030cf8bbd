-- undo: ALTER TABLE audit DROP COLUMN detail;
-- origin: Rails
-- truth: breaks
-- release: SELECT DISTINCT * FROM audit
-- expect: incomparable-column audit.detail

ALTER TABLE "audit" ADD "detail" json;
