-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE visits (at date NOT NULL, page text) PARTITION BY RANGE (at);
CREATE TABLE visits_2027 PARTITION OF visits (page NOT NULL) FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
