-- The edit log: who changed which master or setting, when and from where, from what to what.
-- Triggers write it with the rights of the tables' owner. The application's role can read it, and
-- neither write a line, nor change one, nor switch a trigger off.

-- Arguments, lists comma-separated: columns whose change is logged without their values; columns
-- that are not logged at all; table and column of the record that the row is a part of, if any.
CREATE FUNCTION ledger_log_edit() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hidden CONSTANT text[] := string_to_array(TG_ARGV[0], ',');
    ignored CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    -- Beyond the list: what a later migration calls like a secret, or, but for the company's own,
    -- like the way to reach a person.
    secret CONSTANT text := 'secret|password|token|digest|sealed|consumer_key';
    personal CONSTANT text := 'e_?mail|phone|mobile|address|street|postcode';
    empty CONSTANT jsonb[] := ARRAY['null', '""', '[]', '{}'];
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    facts jsonb := CASE WHEN TG_OP = 'INSERT' THEN after ELSE before END;
    said jsonb;
    row_id text := coalesce(facts->>'id', facts->>'company_id');
    kept_old jsonb;
    kept_new jsonb;
    kept_back text[];
BEGIN
    IF TG_TABLE_SCHEMA <> 'public' THEN
        RAISE EXCEPTION 'the edit log is of the books alone, not of %.%',
            TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT coalesce(jsonb_object_agg(name, was) FILTER (WHERE was IS NOT NULL AND NOT is_hidden), '{}'),
        coalesce(jsonb_object_agg(name, is_now) FILTER (WHERE is_now IS NOT NULL AND NOT is_hidden), '{}'),
        coalesce(array_agg(name ORDER BY name) FILTER (WHERE is_hidden), '{}')
    INTO kept_old, kept_new, kept_back
    FROM (
        SELECT name, was, is_now,
            name = ANY (hidden) OR name ~ secret
                OR (name ~ personal AND TG_TABLE_NAME <> 'ledger_company') AS is_hidden
        FROM (
            SELECT name,
                CASE WHEN before->name <> ALL (empty) THEN before->name END AS was,
                CASE WHEN after->name <> ALL (empty) THEN after->name END AS is_now
            FROM jsonb_object_keys(facts) AS name
            WHERE before->name IS DISTINCT FROM after->name
                -- Times, and how far work under way has come, have such names in every table.
                AND right(name, 3) <> '_at' AND left(name, 5) NOT IN ('last_', 'next_')
                AND name <> ALL (ignored)
                AND (TG_OP = 'UPDATE' OR name NOT IN ('id', 'company_id'))
        ) AS differing
        WHERE was IS DISTINCT FROM is_now
        OFFSET 0 -- each name is looked at once
    ) AS change;
    IF TG_OP = 'UPDATE' AND kept_old = '{}' AND kept_new = '{}' AND kept_back = '{}' THEN
        RETURN NULL;
    END IF;
    said := nullif(current_setting('counterfoil.actor', true), '')::jsonb;
    INSERT INTO public.ledger_edit
        (company_id, at, user_id, via, address, database_role,
         action, "table", row_id, record, old, new, hidden)
    VALUES (
        coalesce(facts->>'company_id', facts->>'id')::bigint,
        now(),
        (said->>'user')::bigint,
        left(coalesce(said->>'via', current_setting('application_name'), ''), 80),
        left(coalesce(said->>'address', ''), 45),
        session_user,
        lower(TG_OP),
        TG_TABLE_NAME,
        row_id,
        CASE WHEN TG_ARGV[2] <> '' THEN TG_ARGV[2] || '/' || (facts->>TG_ARGV[3])
            ELSE TG_TABLE_NAME || '/' || row_id END,
        kept_old,
        kept_new,
        kept_back
    );
    RETURN NULL;
END $$;

-- Whoever may call it could hang it on a table of his own and so write lines.
REVOKE EXECUTE ON FUNCTION ledger_log_edit() FROM PUBLIC;

CREATE FUNCTION ledger_refuse_other_edits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the edit log is written by the database alone, and only grows'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER edit_log_only_grows
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_edit
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_other_edits();

CREATE FUNCTION ledger_refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% has an edit log: delete row by row', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- For migrations, of other apps too: from now on the changes of a table are logged. Called again,
-- it sets other lists. Columns that work under way changes all the time are best listed as ignored:
-- the executor then sees by itself that nothing else has changed.
CREATE FUNCTION ledger_keep_edit_log(
    what regclass,
    hidden text DEFAULT '',
    ignored text DEFAULT '',
    record_table text DEFAULT '',
    record_column text DEFAULT ''
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    call text := format('EXECUTE FUNCTION ledger_log_edit(%L, %L, %L, %L)',
        hidden, ignored, record_table, record_column);
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER rows_are_logged AFTER INSERT OR DELETE ON %s'
        ' FOR EACH ROW %s', what, call);
    EXECUTE format('CREATE OR REPLACE TRIGGER edits_are_logged AFTER UPDATE ON %s FOR EACH ROW'
        ' WHEN (to_jsonb(OLD) - %L::text[] IS DISTINCT FROM to_jsonb(NEW) - %L::text[]) %s',
        what, string_to_array(ignored, ','), string_to_array(ignored, ','), call);
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER is_never_truncated BEFORE TRUNCATE ON %s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncation()', what);
END $$;

CREATE FUNCTION ledger_drop_edit_log(what regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER rows_are_logged ON %s', what);
    EXECUTE format('DROP TRIGGER edits_are_logged ON %s', what);
    EXECUTE format('DROP TRIGGER is_never_truncated ON %s', what);
END $$;

SELECT ledger_keep_edit_log('ledger_company');
SELECT ledger_keep_edit_log('ledger_membership');
SELECT ledger_keep_edit_log('ledger_account');
SELECT ledger_keep_edit_log('ledger_party');
SELECT ledger_keep_edit_log('ledger_item');
SELECT ledger_keep_edit_log(
    'ledger_itemrate', record_table => 'ledger_item', record_column => 'item_id');
SELECT ledger_keep_edit_log('ledger_series', ignored => 'next_ordinal');
SELECT ledger_keep_edit_log('ledger_bookslock');

-- A period is locked and opened for a reason, and the log keeps both.
UPDATE ledger_bookslock SET reason = 'No reason was given'
    WHERE locked_until IS NOT NULL AND reason = '';

CREATE FUNCTION ledger_lock_says_why() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.locked_until IS DISTINCT FROM OLD.locked_until AND btrim(NEW.reason) = '' THEN
        RAISE EXCEPTION 'a period is locked or opened for a reason (company %)', NEW.company_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER period_lock_says_why BEFORE UPDATE ON ledger_bookslock
    FOR EACH ROW EXECUTE FUNCTION ledger_lock_says_why();
