DROP TRIGGER ended_sweep_gets_no_sums ON sync_sweepsum;
DROP TRIGGER ended_sweep_gets_no_orders ON sync_sweptorder;
DROP TRIGGER ended_sweep_is_never_changed ON sync_sweeprun;
DROP FUNCTION sync_sweep_is_open();
DROP FUNCTION sync_certificate_stays();
ALTER TABLE sync_sweepsum DROP CONSTRAINT sweep_sum_of_same_company;
ALTER TABLE sync_sweptorder DROP CONSTRAINT swept_order_of_same_company;
ALTER TABLE sync_sweeprun DROP CONSTRAINT sweep_connection_of_same_company;
