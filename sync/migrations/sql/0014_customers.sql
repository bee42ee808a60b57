-- Customers, their accounts, orders and merges belong to one company, whichever store told them.

ALTER TABLE sync_customer ADD CONSTRAINT customer_merged_into_same_company
    FOREIGN KEY (company_id, merged_into_id) REFERENCES sync_customer (company_id, id);

ALTER TABLE sync_customeraccount ADD CONSTRAINT customer_account_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
ALTER TABLE sync_customeraccount ADD CONSTRAINT customer_account_customer_of_same_company
    FOREIGN KEY (company_id, customer_id) REFERENCES sync_customer (company_id, id);

ALTER TABLE sync_customerorder ADD CONSTRAINT customer_order_connection_of_same_company
    FOREIGN KEY (company_id, connection_id) REFERENCES connections_storeconnection (company_id, id);
ALTER TABLE sync_customerorder ADD CONSTRAINT customer_order_customer_of_same_company
    FOREIGN KEY (company_id, customer_id) REFERENCES sync_customer (company_id, id);

ALTER TABLE sync_customermerge ADD CONSTRAINT customer_merge_kept_of_same_company
    FOREIGN KEY (company_id, kept_id) REFERENCES sync_customer (company_id, id);
ALTER TABLE sync_customermerge ADD CONSTRAINT customer_merge_dropped_of_same_company
    FOREIGN KEY (company_id, dropped_id) REFERENCES sync_customer (company_id, id);

-- A merged customer points at one who stands for himself: who buys is then found in one step, and
-- nobody can stand for another in a circle. Locks both, as two merges may happen at once.
CREATE FUNCTION sync_check_merged_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM sync_customer WHERE id IN (NEW.id, NEW.merged_into_id) ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM sync_customer
               WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
       OR EXISTS (SELECT 1 FROM sync_customer WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'a customer is merged into one who stands for himself'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER merged_customer_stands_for_another
    AFTER INSERT OR UPDATE OF merged_into_id ON sync_customer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION sync_check_merged_customer();
