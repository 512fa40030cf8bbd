-- undo: see the statement before
-- origin: hand-written
-- truth: locks
-- unseen: which date was meant, only the writer knows
-- expect: backfill-rows users
-- expect: change-session datestyle

SET datestyle = 'SQL, DMY';
UPDATE users SET old_name = '01/02/2024'::date::text WHERE old_name IS NULL;
