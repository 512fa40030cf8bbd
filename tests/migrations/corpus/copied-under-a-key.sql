-- undo: DROP TABLE plan_words;
-- origin: hand-written
-- truth: locks
-- note: A foreign key keeps writers from the table that it refers to.
-- expect: slow-under-lock plans

CREATE TABLE plan_words (plan_id bigint REFERENCES plans (id) ON DELETE CASCADE, words integer);
INSERT INTO plan_words SELECT id, length(topic) FROM plans;
