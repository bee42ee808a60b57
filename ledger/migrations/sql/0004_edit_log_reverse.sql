DROP TRIGGER period_lock_says_why ON ledger_bookslock;
DROP FUNCTION ledger_lock_says_why();
SELECT ledger_drop_edit_log(what::regclass) FROM unnest(ARRAY[
    'ledger_company', 'ledger_membership', 'ledger_account', 'ledger_party', 'ledger_item',
    'ledger_itemrate', 'ledger_series', 'ledger_bookslock'
]) AS what;
DROP FUNCTION ledger_drop_edit_log(regclass);
DROP FUNCTION ledger_keep_edit_log(regclass, text, text, text, text);
DROP FUNCTION ledger_refuse_truncation();
DROP TRIGGER edit_log_only_grows ON ledger_edit;
DROP FUNCTION ledger_refuse_other_edits();
DROP FUNCTION ledger_log_edit();
