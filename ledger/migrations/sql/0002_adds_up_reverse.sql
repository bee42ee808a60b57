DROP TRIGGER voucher_adds_up ON ledger_voucher;
DROP FUNCTION ledger_voucher_adds_up();
ALTER TABLE ledger_vouchertax DROP CONSTRAINT voucher_tax_is_value_times_rate;
