-- undo: see the statement before
-- origin: Django
-- truth: locks
-- expect: add-unique audit.audit_what_uniq

ALTER TABLE "audit" ADD CONSTRAINT "audit_what_uniq" UNIQUE ("what", "code");
