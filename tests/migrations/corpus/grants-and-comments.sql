-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

GRANT SELECT, INSERT ON plans TO shop_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO shop_reader;
ALTER TABLE plans ALTER COLUMN topic SET STATISTICS 500;
ALTER TABLE plans SET (fillfactor = 90);
CREATE STATISTICS plans_both (dependencies) ON topic, slug FROM plans;
ANALYZE plans;
