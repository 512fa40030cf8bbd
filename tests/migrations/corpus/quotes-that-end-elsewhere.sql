-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: unreadable standard_conforming_strings

SET standard_conforming_strings = off;
--> statement-breakpoint
SELECT '\', $$ '; DELETE FROM audit; -- $$;
