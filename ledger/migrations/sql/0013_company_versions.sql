-- Every change of a company is kept with its moment: a document that is printed again shows the
-- name and address that it was issued under (docs/decisions/0031).

CREATE FUNCTION ledger_keep_company_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_companyversion AS version (company_id, since, details)
        VALUES (NEW.id, now(), to_jsonb(NEW))
    ON CONFLICT (company_id, since) DO UPDATE SET details = excluded.details;
    RETURN NULL;
END $$;

-- Companies that are there already.
INSERT INTO ledger_companyversion (company_id, since, details)
    SELECT id, created_at, to_jsonb(ledger_company) FROM ledger_company;

CREATE TRIGGER company_versions_are_kept AFTER INSERT ON ledger_company
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_company_version();
CREATE TRIGGER changed_company_versions_are_kept AFTER UPDATE ON ledger_company
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION ledger_keep_company_version();

-- Versions follow the company. Earlier ones can go, when they were wrong; none is made up.
CREATE FUNCTION ledger_refuse_other_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'versions follow the company: nobody else writes them'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER company_versions_follow_the_company
    BEFORE INSERT OR UPDATE ON ledger_companyversion
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_versions();
