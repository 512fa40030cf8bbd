-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE topics AS SELECT DISTINCT lower(trim(topic)) AS name FROM plans;
ALTER TABLE topics ADD PRIMARY KEY (name);
INSERT INTO topics (name) SELECT DISTINCT left(title, 20) FROM tasks ON CONFLICT DO NOTHING;
