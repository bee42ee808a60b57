DROP TRIGGER posted_item_keeps_taxability ON ledger_item;
DROP FUNCTION ledger_posted_item_keeps_taxability();
DROP TRIGGER item_rate_change_leaves_posted_lines ON ledger_itemrate;
DROP TRIGGER item_rate_leaves_posted_lines ON ledger_itemrate;
DROP FUNCTION ledger_item_rate_leaves_posted_lines();
