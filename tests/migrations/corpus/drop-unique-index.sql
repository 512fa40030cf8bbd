-- undo: see the statement before
-- origin: Django
-- truth: breaks
-- expect: drop-index users_email_idx

DROP INDEX users_email_idx;
