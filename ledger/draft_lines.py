"""The lines of a draft, in the shape of a voucher's lines."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field

from ledger.models import Draft, VoucherLine


def lines_of(draft: Draft) -> list[VoucherLine]:
    """What the voucher's lines would be; rows that are nowhere stored."""
    return [_line(values) for values in draft.lines]


def _line(values: dict[str, object]) -> VoucherLine:
    """Amounts stand as strings in JSON; a line has them as Decimal."""
    line = VoucherLine()
    fields: dict[str, Field[object, object]] = {f.attname: f for f in line._meta.concrete_fields}  # noqa: SLF001
    for name, value in values.items():
        field = fields[name]
        if isinstance(field, ArrayField) and isinstance(value, list):
            setattr(line, name, [field.base_field.to_python(part) for part in value])
        else:
            setattr(line, name, field.to_python(value))
    return line
