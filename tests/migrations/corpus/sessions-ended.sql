-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- unseen: the test database has no other session
-- expect: unreadable pg_terminate_backend

SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'nothing';
