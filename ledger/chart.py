"""The chart of accounts as people keep it: accounts are added, renamed, put out of use."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from ledger.models import Account, Company, Entry
from ledger.models.account import Nature

_HEADINGS = {
    Nature.ASSET: "Assets",
    Nature.LIABILITY: "Liabilities",
    Nature.INCOME: "Income",
    Nature.EXPENSE: "Expenses",
}
_REASONS = {
    "account_code_once_per_company": "Another account has this code.",
    "account_name_once_per_company": "Another account has this name.",
    "account_stays_what_it_is": "The account is used: it keeps its nature, "
    "and one that postings find by a rule stays in use.",
}


class UnfitAccountError(Exception):
    """The account cannot be kept like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of accounts, all of one nature."""

    name: str
    nature: Nature
    accounts: Sequence[Account]

    @property
    def nature_name(self) -> str:
        """The nature as a heading: `Assets`."""
        return _HEADINGS[self.nature]


def groups_of(company: Company) -> list[Group]:
    """The chart: assets, liabilities, income, expenses, each by group and code."""
    grouped: dict[tuple[str, str], list[Account]] = {}
    for account in Account.objects.filter(company=company).order_by("code"):
        grouped.setdefault((account.nature, account.group), []).append(account)
    order = [nature.value for nature in Nature]
    return [
        Group(name, Nature(nature), accounts)
        for (nature, name), accounts in sorted(
            grouped.items(), key=lambda item: (order.index(item[0][0]), item[1][0].code)
        )
    ]


def is_posted_to_by_rule(account: Account) -> bool:
    """Whether postings find the account by its key: it stays in use, in its group and nature."""
    return bool(account.key)


def has_entries(account: Account) -> bool:
    """Whether anything was ever posted to the account."""
    return Entry.objects.filter(account=account).exists()


def save(account: Account) -> None:
    """Keep a new or changed account.

    :raises UnfitAccountError: when its code or name is taken, or its entries forbid the change.
    """
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        for rule, reason in _REASONS.items():
            if rule in str(error):
                raise UnfitAccountError(reason) from None
        raise


def remove(account: Account) -> None:
    """Delete an account that was never used.

    :raises UnfitAccountError: when it has entries, or postings find it by its key.
    """
    try:
        with transaction.atomic():
            account.delete()
    except (IntegrityError, ProtectedError):
        raise UnfitAccountError(
            f"{account.name} is used and stays in the books. It can be put out of use."
        ) from None
