DROP TRIGGER entries_are_summed_by_day ON ledger_entry;
DROP FUNCTION ledger_sum_entries_by_day();
DROP TABLE ledger_accountday;
DROP FUNCTION ledger_refuse_other_sums();
