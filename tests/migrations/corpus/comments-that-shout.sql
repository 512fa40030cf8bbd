-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

-- DROP TABLE plans;
/* TRUNCATE users; /* DELETE FROM plans; */ */
COMMENT ON TABLE plans IS 'was: DROP TABLE plans; DELETE FROM users;';
INSERT INTO audit (what) VALUES ($text$DROP TABLE plans; -- $text$), (E'it\'s; TRUNCATE users'), (U&'\0041; DELETE');
