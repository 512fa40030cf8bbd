-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: SELECT 1 FROM plans WHERE to_tsvector('english', topic) @@ to_tsquery('english', 'chess')
-- expect: unknown-statement AlterTSConfigurationStmt

ALTER TEXT SEARCH CONFIGURATION english DROP MAPPING IF EXISTS FOR asciiword;
