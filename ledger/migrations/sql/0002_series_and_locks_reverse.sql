DROP TRIGGER vouchers_fit_series_and_locks ON ledger_voucher;
DROP FUNCTION ledger_check_posted();
DROP TRIGGER series_has_no_gap ON ledger_series;
DROP FUNCTION ledger_series_has_no_gap();
DROP TRIGGER series_only_grows ON ledger_series;
DROP FUNCTION ledger_series_only_grows();
DROP FUNCTION ledger_voucher_number(text, text, bigint);
