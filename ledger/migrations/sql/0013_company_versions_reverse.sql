DROP TRIGGER changed_company_versions_are_kept ON ledger_company;
DROP TRIGGER company_versions_are_kept ON ledger_company;
DROP TRIGGER company_versions_follow_the_company ON ledger_companyversion;
DROP FUNCTION ledger_refuse_other_versions();
DROP FUNCTION ledger_keep_company_version();
