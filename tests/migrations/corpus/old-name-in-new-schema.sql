-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE SCHEMA reporting;
CREATE TABLE reporting.plans (id bigint PRIMARY KEY, topic text);
INSERT INTO reporting.plans VALUES (1, 'x');
UPDATE reporting.plans SET topic = 'y';
DELETE FROM reporting.plans;
