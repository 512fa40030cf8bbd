-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: sessions that begin later
-- expect: change-role current_user

ALTER ROLE CURRENT_USER SET default_transaction_read_only = on;
