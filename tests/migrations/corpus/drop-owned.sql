-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- note: This role owns nothing and only loses its rights; another one's tables would go.
-- expect: drop-owned shop_reader

DROP OWNED BY shop_reader;
