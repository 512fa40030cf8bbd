-- undo: DROP TABLE outbox; DROP FUNCTION sent();
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE TABLE outbox (id bigserial PRIMARY KEY, what text);
CREATE FUNCTION sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_sent BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION sent();
