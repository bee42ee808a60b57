-- The tables go with the migration before this one.
SELECT 1;
