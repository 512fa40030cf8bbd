-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-container invoice_number

DROP SEQUENCE invoice_number;
