-- undo: DROP TABLE queue.task;
CREATE SCHEMA IF NOT EXISTS queue;
CREATE TABLE queue.task (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  order_id bigint NOT NULL REFERENCES orders (id),
  made_at timestamptz NOT NULL DEFAULT now(),
  done_at timestamptz
);
CREATE INDEX task_open ON queue.task (kind, id) WHERE done_at IS NULL;
