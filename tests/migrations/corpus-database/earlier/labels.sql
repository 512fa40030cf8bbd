-- undo: drop what it makes

CREATE TABLE labels (
  id bigserial PRIMARY KEY,
  name varchar(20) NOT NULL,
  kind text DEFAULT 'plain',
  updated_at timestamptz,
  CONSTRAINT labels_name_key UNIQUE (name),
  CONSTRAINT labels_kind CHECK (kind <> '')
);
CREATE INDEX labels_kind_idx ON labels (kind);
INSERT INTO labels (name) VALUES ('a'), ('b');
