-- What people keep in the settings: a company always has an owner, what its books were worked out
-- by stays, and an account stays what its entries say.

-- A company keeps an owner. Of two owners who take each other's role at the same moment the second
-- waits for the company's row, and then sees that he is the last.
CREATE FUNCTION ledger_last_owner_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_company WHERE id = OLD.company_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT FROM ledger_membership WHERE company_id = OLD.company_id AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'membership_last_owner_stays: company % would have no owner', OLD.company_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER membership_last_owner_stays AFTER UPDATE OR DELETE ON ledger_membership
    FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION ledger_last_owner_stays();

-- Posted vouchers were split, dated and numbered by these.
CREATE FUNCTION ledger_company_stays_where_its_books_are() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_voucher WHERE company_id = OLD.id) THEN
        RAISE EXCEPTION 'company_stays_where_its_books_are: vouchers of company % stand', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER company_stays_where_its_books_are BEFORE UPDATE ON ledger_company
    FOR EACH ROW WHEN (
        (OLD.country, OLD.state, OLD.currency, OLD.timezone, OLD.year_start_month)
        IS DISTINCT FROM
        (NEW.country, NEW.state, NEW.currency, NEW.timezone, NEW.year_start_month)
    ) EXECUTE FUNCTION ledger_company_stays_where_its_books_are();

-- Postings find an account by its key, and reports sort its entries by its nature.
CREATE FUNCTION ledger_account_stays_what_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.key <> '' THEN
            RAISE EXCEPTION 'account_stays_what_it_is: % is posted to by rule', OLD.name
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.company_id, NEW.key) <> (OLD.company_id, OLD.key)
        OR OLD.key <> '' AND (NEW.nature <> OLD.nature OR NOT NEW.is_active)
    THEN
        RAISE EXCEPTION 'account_stays_what_it_is: % is posted to by rule', OLD.name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.nature <> OLD.nature
        AND EXISTS (SELECT FROM ledger_entry WHERE account_id = OLD.id)
    THEN
        RAISE EXCEPTION 'account_stays_what_it_is: % has entries', OLD.name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_stays_what_it_is BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_stays_what_it_is();
