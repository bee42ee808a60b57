DROP INDEX voucher_by_flag;
DROP TRIGGER supplies_are_summed_by_day ON ledger_voucherline;
DROP TRIGGER vouchers_are_summed_by_day ON ledger_voucher;
DROP TRIGGER entries_are_summed_by_day ON ledger_entry;
DROP TABLE ledger_supplyday;
DROP TABLE ledger_voucherday;
DROP TABLE ledger_accountday;
DROP FUNCTION ledger_sum_supplies_by_day();
DROP FUNCTION ledger_sum_vouchers_by_day();
DROP FUNCTION ledger_pieces(ledger_voucherline, bigint);
DROP FUNCTION ledger_line_tax(text[], numeric[]);

CREATE TABLE ledger_accountday (
    company_id bigint NOT NULL,
    account_id bigint NOT NULL,
    date date NOT NULL,
    debits numeric(18, 2) NOT NULL,
    credits numeric(18, 2) NOT NULL,
    PRIMARY KEY (company_id, account_id, date),
    CONSTRAINT account_day_account_of_same_company
        FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
) WITH (fillfactor = 50);

INSERT INTO ledger_accountday
    SELECT entry.company_id, entry.account_id, voucher.date, sum(entry.debit), sum(entry.credit)
    FROM ledger_entry entry JOIN ledger_voucher voucher ON voucher.id = entry.voucher_id
    GROUP BY entry.company_id, entry.account_id, voucher.date;

CREATE OR REPLACE FUNCTION ledger_sum_entries_by_day() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO ledger_accountday AS day
        SELECT added.company_id, added.account_id, voucher.date,
            sum(added.debit), sum(added.credit)
        FROM added JOIN ledger_voucher voucher ON voucher.id = added.voucher_id
        GROUP BY added.company_id, added.account_id, voucher.date
        ORDER BY added.company_id, added.account_id, voucher.date
    ON CONFLICT (company_id, account_id, date) DO UPDATE
        SET debits = day.debits + excluded.debits, credits = day.credits + excluded.credits;
    RETURN NULL;
END $$;

CREATE TRIGGER entries_are_summed_by_day AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_sum_entries_by_day();
CREATE TRIGGER account_days_follow_the_entries
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_accountday
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_sums();
DROP FUNCTION ledger_source(text);
