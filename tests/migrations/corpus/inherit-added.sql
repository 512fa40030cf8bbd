-- undo: ALTER TABLE audit_old NO INHERIT audit;
-- origin: hand-written
-- truth: breaks
-- setup: CREATE TABLE audit_old (LIKE audit); INSERT INTO audit_old (id, what) VALUES (900, 'old')
-- release: SELECT 1 FROM audit HAVING count(*) = 1
-- expect: add-inherit audit_old

ALTER TABLE audit_old INHERIT audit;
