-- undo: DROP TABLE audit_more;
-- origin: hand-written
-- truth: breaks
-- release: SELECT 1 FROM audit HAVING count(*) = 1
-- expect: add-inherit audit_more

CREATE TABLE audit_more (note text) INHERITS (audit);
INSERT INTO audit_more (what) VALUES ('more');
