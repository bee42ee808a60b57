"""Vouchers as a day book that an accountant can read and check by hand."""

from collections.abc import Iterable
from decimal import Decimal

from ledger.models import Voucher

WIDTH = 46


def journal_text(vouchers: Iterable[Voucher]) -> str:
    """The vouchers in posting order: what each is, its lines with tax, its entries."""
    ordinals: dict[int, str] = {}
    blocks = []
    for n, voucher in enumerate(vouchers, 1):
        ordinals[voucher.pk] = f"{n} {voucher.type}"
        blocks.append("\n".join(_block(voucher, ordinals)))
    return "\n\n".join(blocks) + "\n"


def _block(voucher: Voucher, ordinals: dict[int, str]) -> list[str]:
    against = f"  against {ordinals[voucher.against_id]}" if voucher.against_id else ""
    place = f"  place {voucher.place_of_supply} by {voucher.place_decided_by}"
    rows = [f"{ordinals[voucher.pk]}  {voucher.date}{against}{place}  total {voucher.total}"]
    if voucher.reason:
        rows.append(f"    {voucher.reason}")
    if voucher.flags:
        rows.append(f"    flags: {', '.join(voucher.flags)}")
    for line in sorted(voucher.lines.all(), key=lambda line: line.position):
        taxes = "".join(
            f"  {name} {rate.normalize():f} % {tax}"
            for name, rate, tax in zip(line.tax_names, line.tax_rates, line.taxes, strict=True)
        )
        named = f"{line.description[:WIDTH]:{WIDTH}}{line.taxable_value:>12}"
        rows.append(f"    {named}{taxes or f'  {line.taxability}'}")
    if voucher.round_off:
        rows.append(f"    {'round off':{WIDTH}}{voucher.round_off:>12}")
    entries = sorted(voucher.entries.all(), key=lambda entry: entry.position)
    return rows + [_entry(each.account.name, each.debit, each.credit) for each in entries]


def _entry(account: str, debit: Decimal, credit: Decimal) -> str:
    if debit:
        return f"        Dr {account:{WIDTH - 4}}{debit:>12}"
    return f"           Cr {account:{WIDTH - 4}}{'':9}{credit:>12}"
