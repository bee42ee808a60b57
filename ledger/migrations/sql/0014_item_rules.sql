-- An order that is booked is planned anew at each delivery, with its item's rate of the day of sale
-- and its taxability. So a rate that came later for days of posted lines, or another taxability,
-- could make the next webhook post notes that nobody asked for: the past of an item stays.

CREATE FUNCTION ledger_item_rate_leaves_posted_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item bigint;
    since date;
BEGIN
    item := CASE TG_OP WHEN 'INSERT' THEN NEW.item_id ELSE OLD.item_id END;
    since := CASE TG_OP
        WHEN 'INSERT' THEN NEW.valid_from
        WHEN 'DELETE' THEN OLD.valid_from
        ELSE least(NEW.valid_from, OLD.valid_from)
    END;
    IF EXISTS (
        SELECT FROM ledger_voucherline AS line
        JOIN ledger_voucher AS voucher ON voucher.id = line.voucher_id
        WHERE line.item_id = item AND voucher.date >= since
    ) THEN
        RAISE EXCEPTION 'item_rate_leaves_posted_lines: item % is posted on or after %', item, since
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER item_rate_leaves_posted_lines BEFORE INSERT OR DELETE ON ledger_itemrate
    FOR EACH ROW EXECUTE FUNCTION ledger_item_rate_leaves_posted_lines();
CREATE TRIGGER item_rate_change_leaves_posted_lines BEFORE UPDATE ON ledger_itemrate
    FOR EACH ROW WHEN (
        (OLD.item_id, OLD.rate, OLD.valid_from)
        IS DISTINCT FROM (NEW.item_id, NEW.rate, NEW.valid_from)
    ) EXECUTE FUNCTION ledger_item_rate_leaves_posted_lines();

CREATE FUNCTION ledger_posted_item_keeps_taxability() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_voucherline WHERE item_id = OLD.id) THEN
        RAISE EXCEPTION 'posted_item_keeps_taxability: item % is posted', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER posted_item_keeps_taxability BEFORE UPDATE ON ledger_item
    FOR EACH ROW WHEN (OLD.taxability <> NEW.taxability)
    EXECUTE FUNCTION ledger_posted_item_keeps_taxability();
