-- undo: ALTER SEQUENCE invoice_number NO MAXVALUE;
-- origin: hand-written
-- truth: breaks
-- expect: change-counter invoice_number

ALTER SEQUENCE invoice_number MAXVALUE 1000;
