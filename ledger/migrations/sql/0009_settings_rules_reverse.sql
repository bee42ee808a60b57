DROP TRIGGER account_stays_what_it_is ON ledger_account;
DROP FUNCTION ledger_account_stays_what_it_is();
DROP TRIGGER company_stays_where_its_books_are ON ledger_company;
DROP FUNCTION ledger_company_stays_where_its_books_are();
DROP TRIGGER membership_last_owner_stays ON ledger_membership;
DROP FUNCTION ledger_last_owner_stays();
