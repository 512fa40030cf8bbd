-- undo: ALTER DATABASE atlaris RESET search_path;
-- origin: hand-written
-- truth: breaks
-- unseen: it holds for sessions that begin later
-- expect: change-database atlaris

ALTER DATABASE atlaris SET search_path = archive;
