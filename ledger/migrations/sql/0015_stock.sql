-- What is in stock, in quantities: movements only grow, and the level of an item follows them and
-- the lines of vouchers (docs/decisions/0074-stock-in-quantities.md).

ALTER TABLE ledger_stockmovement ADD CONSTRAINT stock_movement_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id);
ALTER TABLE ledger_stocklevel ADD CONSTRAINT stock_level_item_of_same_company
    FOREIGN KEY (company_id, item_id) REFERENCES ledger_item (company_id, id);
-- The levels of items that sell are updated all day: room for that within their page.
ALTER TABLE ledger_stocklevel SET (fillfactor = 50);

CREATE FUNCTION ledger_refuse_other_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock movements are never changed: enter an adjustment (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER stock_movement_is_never_changed BEFORE UPDATE OR DELETE ON ledger_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_other_stock();
CREATE TRIGGER stock_movements_are_never_truncated BEFORE TRUNCATE ON ledger_stockmovement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_stock();

CREATE FUNCTION ledger_refuse_other_levels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND TG_OP <> 'TRUNCATE' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'stock levels follow movements and vouchers: nobody else writes them'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER stock_levels_follow_the_movements
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_stocklevel
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_levels();

-- The day on which a document's goods moved: its own, also where its period was locked.
-- A line that is booked in parts, one for each rate, says its pieces on each of them.
CREATE FUNCTION ledger_booked_stock(item bigint, since date) RETURNS numeric LANGUAGE sql STABLE
AS $$
    SELECT coalesce(sum(CASE type WHEN 'credit_note' THEN pieces ELSE -pieces END), 0) FROM (
        SELECT voucher.type, max(ledger_pieces(line, voucher.against_id)) AS pieces
        FROM ledger_voucherline AS line JOIN ledger_voucher AS voucher ON voucher.id = line.voucher_id
        WHERE line.item_id = item AND coalesce(voucher.original_date, voucher.date) >= since
        GROUP BY line.voucher_id, line.source_line, voucher.type
    ) AS line
$$;

-- The books are held, as by whoever posts: no line slips between an opening and what it counts.
CREATE FUNCTION ledger_check_stock_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    begun date;
    service boolean;
BEGIN
    PERFORM FROM ledger_bookslock WHERE company_id = NEW.company_id FOR NO KEY UPDATE;
    SELECT is_service INTO service FROM ledger_item WHERE id = NEW.item_id FOR SHARE;
    IF service THEN
        RAISE EXCEPTION 'services_keep_no_stock: item % is a service', NEW.item_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'opening' THEN
        RETURN NEW;
    END IF;
    SELECT since INTO begun FROM ledger_stocklevel WHERE item_id = NEW.item_id;
    IF begun IS NULL THEN
        RAISE EXCEPTION 'stock_begins_with_an_opening: item % keeps none', NEW.item_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.day < begun THEN
        RAISE EXCEPTION 'stock_movement_is_not_before_the_opening: % is before %', NEW.day, begun
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER stock_movement_fits BEFORE INSERT ON ledger_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ledger_check_stock_movement();

CREATE FUNCTION ledger_follow_stock_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'opening' THEN
        INSERT INTO ledger_stocklevel (item_id, company_id, since, entered, booked)
        VALUES (NEW.item_id, NEW.company_id, NEW.day, NEW.quantity,
            ledger_booked_stock(NEW.item_id, NEW.day));
    ELSE
        UPDATE ledger_stocklevel SET entered = entered + NEW.quantity WHERE item_id = NEW.item_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER stock_levels_follow_each_movement AFTER INSERT ON ledger_stockmovement
    FOR EACH ROW EXECUTE FUNCTION ledger_follow_stock_movement();

-- From then on each posting moves the level, in its own transaction.
CREATE FUNCTION ledger_take_lines_from_stock() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    UPDATE ledger_stocklevel AS level SET booked = level.booked + moved.quantity
    FROM (
        SELECT line.item_id,
            sum(CASE line.type WHEN 'credit_note' THEN pieces ELSE -pieces END) AS quantity
        FROM (
            SELECT added.item_id, voucher.type,
                max(ledger_pieces(added, voucher.against_id)) AS pieces
            FROM added
                JOIN ledger_stocklevel AS kept ON kept.item_id = added.item_id
                JOIN ledger_voucher AS voucher ON voucher.id = added.voucher_id
            WHERE coalesce(voucher.original_date, voucher.date) >= kept.since
            GROUP BY added.item_id, added.voucher_id, added.source_line, voucher.type
        ) AS line
        GROUP BY line.item_id
    ) AS moved
    WHERE level.item_id = moved.item_id;
    RETURN NULL;
END $$;

CREATE TRIGGER stock_levels_follow_the_lines AFTER INSERT ON ledger_voucherline
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_take_lines_from_stock();

CREATE FUNCTION ledger_item_in_stock_is_no_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_stocklevel WHERE item_id = OLD.id) THEN
        RAISE EXCEPTION 'services_keep_no_stock: item % keeps stock', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER item_in_stock_is_no_service BEFORE UPDATE ON ledger_item
    FOR EACH ROW WHEN (NEW.is_service AND NOT OLD.is_service)
    EXECUTE FUNCTION ledger_item_in_stock_is_no_service();
