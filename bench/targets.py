"""Books beside books: what rows of one company need so that another company can have them too."""

import psycopg

from bench.rows import Target
from bench.stores import Store
from ledger.accounts import ids_for


def target_for(connection: psycopg.Connection, source: Store, target: Store) -> Target:
    """Open in the target's books what the source's rows refer to, and map the ids."""
    old, new = source.connection, target.connection
    found = connection.execute(
        "SELECT key, id FROM ledger_account WHERE company_id = %s AND key <> ''",
        [source.company_id],
    )
    keys: dict[str, int] = dict(found.fetchall())
    renamed = {key: key.replace(str(old.pk), str(new.pk)) for key in keys}
    accounts = ids_for(target.company_id, list(renamed.values()))
    for statement in (_PARTIES, _SERIES):
        connection.execute(statement, {"source": source.company_id, "target": target.company_id})
    return Target(
        company_id=target.company_id,
        connection_id=new.pk,
        ids={
            "account_id": {id_: accounts[renamed[key]] for key, id_ in keys.items()},
            "party_id": _same(connection, _PARTY_IDS, source, target),
            "item_id": _same(connection, _ITEM_IDS, source, target),
        },
    )


def _same(
    connection: psycopg.Connection, query: str, source: Store, target: Store
) -> dict[int, int]:
    return dict(connection.execute(query, [source.company_id, target.company_id]).fetchall())


_PARTIES = """
INSERT INTO ledger_party (company_id, name, gstin, state, is_pseudo, created_at)
SELECT %(target)s, name, gstin, state, is_pseudo, created_at FROM ledger_party
WHERE company_id = %(source)s AND NOT is_pseudo
"""
_SERIES = """
INSERT INTO ledger_series (company_id, type, financial_year, prefix, next_ordinal)
SELECT %(target)s, type, financial_year, prefix, 1 FROM ledger_series
WHERE company_id = %(source)s ON CONFLICT DO NOTHING
"""
_PARTY_IDS = """
SELECT a.id, b.id FROM ledger_party a JOIN ledger_party b USING (gstin, is_pseudo)
WHERE a.company_id = %s AND b.company_id = %s
"""
_ITEM_IDS = """
SELECT a.id, b.id FROM ledger_item a JOIN ledger_item b USING (sku)
WHERE a.company_id = %s AND b.company_id = %s
"""
