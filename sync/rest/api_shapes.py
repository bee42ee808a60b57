"""What the REST API answers, field by field. What is unknown is null, never empty text."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from connections.models import Status
from ledger.core.documents import LineKind, VoucherType
from ledger.core.gst import Taxability
from sync.models import DeliveryState, OrderState

Shape = serializers.Serializer[Any]


class Amount(serializers.DecimalField):
    """Money: text with two places."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, **options)


class Quantity(serializers.DecimalField):
    """As the store sent it, without zeros that it did not send."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=None, **options)

    def to_representation(self, value: Decimal) -> str:
        """Plain digits."""
        return f"{value.normalize():f}"


class Text(serializers.CharField):
    """Text, or null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: object) -> Any:
        """Empty text is no text."""
        return str(value) or None


class ConnectionShape(Shape):
    """A connected store."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    platform = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    site_url = Text()
    orders_booked = serializers.IntegerField()
    last_heard_at = serializers.DateTimeField(allow_null=True)
    last_polled_at = serializers.DateTimeField(allow_null=True)


class LineShape(Shape):
    """A line of a voucher.

    `item` is the id of the item in the books, null for an unmapped SKU. It follows the store's SKU
    mapping, also after posting; all else is as it was posted.
    """

    description = serializers.CharField(source="line.description")
    sku = Text(source="line.sku")
    item = Text(source="item_id")
    hsn = Text(source="line.hsn")
    quantity = Quantity(source="line.quantity", allow_null=True)
    taxable_value = Amount(source="line.taxable_value")
    taxability = serializers.ChoiceField(
        [each.value for each in Taxability], source="line.taxability"
    )
    rate = Amount(source="line.rate")
    cgst = Amount()
    sgst = Amount()
    igst = Amount()
    other_tax = Amount()
    kind = serializers.ChoiceField([each.value for each in LineKind], source="line.kind")


class EntryShape(Shape):
    """A debit or a credit; `account` is the account's name."""

    account = serializers.CharField(source="account.name")
    debit = Amount()
    credit = Amount()


class VoucherShape(Shape):
    """A posted voucher or a draft. Amounts are positive; the type gives the direction."""

    id = serializers.CharField(help_text="A draft's id begins with d.")
    number = Text()
    type = serializers.ChoiceField([each.value for each in VoucherType], source="header.type")
    status = serializers.ChoiceField(["draft", "posted"])
    date = serializers.DateField(source="header.date")
    reference = Text(source="header.reference")
    connection = serializers.UUIDField(allow_null=True)
    order_id = serializers.IntegerField(allow_null=True)
    refund_id = serializers.IntegerField(allow_null=True)
    against = Text(help_text="The id of a note's sale, or of what a journal reverses.")
    party = Text(source="header.party")
    buyer_name = Text(source="header.buyer_name")
    buyer_gstin = Text(source="header.buyer_gstin")
    place_of_supply = Text(source="header.place_of_supply", help_text="GST state code.")
    currency = serializers.CharField(source="header.currency")
    taxable_value = Amount(source="header.taxable_value")
    cgst = Amount(source="header.cgst")
    sgst = Amount(source="header.sgst")
    igst = Amount(source="header.igst")
    other_tax = Amount(source="header.other_tax")
    round_off = Amount(source="header.round_off", help_text="Signed.")
    total = Amount(source="header.total")
    flags = serializers.ListField(child=serializers.CharField(), source="header.flags")
    lines = LineShape(many=True)
    entries = EntryShape(many=True)


class OrderShape(Shape):
    """Where an order of a store stands in the books, with all its vouchers and its draft."""

    connection = serializers.UUIDField(source="order.connection_id")
    order_id = serializers.IntegerField(source="order.order_id")
    number = serializers.CharField(source="order.number")
    store_status = Text(source="order.store_status")
    state = serializers.ChoiceField(OrderState.choices, source="order.state")
    reason = Text(source="order.reason")
    store_total = Amount(source="order.store_total")
    store_refunded = Amount(source="order.store_refunded")
    net_booked = Amount(source="order.net_booked")
    vouchers = VoucherShape(many=True)


class DeliveryShape(Shape):
    """Something that arrived from a store, and how it ended."""

    id = serializers.CharField()
    connection = serializers.UUIDField(source="connection_id")
    received_at = serializers.DateTimeField()
    topic = Text()
    order_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(DeliveryState.choices)
    reason = Text()


class ActivityShape(Shape):
    """What happened on a connection, in a sentence; `voucher` is a voucher's id."""

    connection = serializers.UUIDField(source="connection_id")
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    status = serializers.CharField()
    order_id = serializers.IntegerField(allow_null=True)
    voucher = Text()
