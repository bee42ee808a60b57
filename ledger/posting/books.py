"""Holding a company's books: the lock, and what is looked up and handed out under it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.backends.utils import CursorWrapper

PSEUDO = ""
"""Stands for the pseudo-customer where parties are looked up by GSTIN."""

# One statement, as a live order is posted alone and every round trip counts. The subselects run
# once the lock is there, so that ids ascend in the order of commits; what others have added while
# this one waited may be missing in `accounts` and `parties`, and is looked up again.
_HOLD = """
    WITH books AS MATERIALIZED (
        SELECT locked_until FROM ledger_bookslock
        WHERE company_id = %(company)s FOR NO KEY UPDATE
    )
    SELECT locked_until,
        ARRAY(SELECT nextval('ledger_voucher_id_seq') FROM generate_series(1, %(vouchers)s)),
        (SELECT json_object_agg(key, id) FROM ledger_account
            WHERE company_id = %(company)s AND key <> '' AND key = ANY(%(keys)s)),
        (SELECT json_object_agg(CASE WHEN is_pseudo THEN '' ELSE gstin END, id) FROM ledger_party
            WHERE company_id = %(company)s
                AND (is_pseudo OR (gstin <> '' AND gstin = ANY(%(gstins)s))))
    FROM books
"""


@dataclass(frozen=True, slots=True)
class Books:
    """The books of a company, held until commit."""

    locked_until: date | None
    ids: list[int]
    accounts: dict[str, int]
    parties: dict[str, int]


def hold_books(
    cursor: CursorWrapper,
    company_id: int,
    *,
    vouchers: int,
    account_keys: Collection[str],
    gstins: Collection[str],
) -> Books:
    """Lock the books, and get ids for so many vouchers and the accounts and parties that exist."""
    cursor.execute(
        _HOLD,
        {
            "company": company_id,
            "vouchers": vouchers,
            "keys": list(account_keys),
            "gstins": list(gstins),
        },
    )
    locked_until, ids, accounts, parties = cursor.fetchone()
    return Books(locked_until, ids, accounts or {}, parties or {})
