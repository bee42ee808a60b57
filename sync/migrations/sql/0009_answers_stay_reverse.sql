ALTER TABLE sync_acceptance DROP CONSTRAINT left_out_says_why;
DROP TRIGGER acceptance_stays_once_booked_on ON sync_acceptance;
DROP FUNCTION sync_acceptance_stays();
