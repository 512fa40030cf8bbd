-- undo: DROP TABLE orders;
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item text NOT NULL,
  pieces integer NOT NULL CHECK (pieces > 0),
  state text NOT NULL DEFAULT 'new',
  bill text,
  placed_at timestamptz NOT NULL DEFAULT now()
);
