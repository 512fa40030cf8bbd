-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: INSERT INTO clicks VALUES (999, 1)
-- expect: refuse-new-rows clicks.clicks_plan

ALTER TABLE clicks ADD CONSTRAINT clicks_plan FOREIGN KEY (plan_id) REFERENCES plans (id) NOT VALID;
