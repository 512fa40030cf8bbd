-- undo: ALTER TABLE audit DROP COLUMN detail;
-- origin: Rails
-- truth: safe
-- release: SELECT DISTINCT * FROM audit
-- expect nothing

ALTER TABLE "audit" ADD "detail" jsonb;
