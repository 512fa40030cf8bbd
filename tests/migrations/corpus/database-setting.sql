-- undo: ALTER DATABASE shop RESET search_path;
-- origin: hand-written
-- truth: breaks
-- unseen: it holds for sessions that begin later
-- expect: change-database shop

ALTER DATABASE shop SET search_path = archive;
