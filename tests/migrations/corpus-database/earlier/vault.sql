-- undo: drop what it makes

CREATE TABLE vault (id bigint PRIMARY KEY, owner text NOT NULL);
INSERT INTO vault VALUES (1, 'ann'), (2, 'bob');
ALTER TABLE vault ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON vault FOR SELECT USING (owner = 'ann');
CREATE VIEW vault_list WITH (security_invoker = true) AS SELECT id, owner FROM vault;
GRANT SELECT ON vault, vault_list TO shop_reader;
