"""The demo store itself: orders as WooCommerce v3 describes them, kept up to date by what happens.

Prices exclude tax. Tax is rounded line by line, as WooCommerce does it by default, and not per
document, as the books do: small round-offs are part of the show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sync.demo.goods import BY_SKU, Buyer, Product
from sync.demo.taxes import Json, Zone, amounts, money, rounded, tax_lines, zone_to

SHIPPING = Decimal("79.00")
SHIPPING_RATE = Decimal(18)
COD_FEE = Decimal("50.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """How an order is placed. `coupon` is a code and its per cent."""

    buyer: Buyer
    basket: Sequence[tuple[str, int]]
    status: str = "processing"
    payment_method: str = "razorpay"
    coupon: tuple[str, int] | None = None
    has_shipping: bool = True
    currency: str = "INR"


class Shop:
    """Holds its orders by id, and the refunds in full by order."""

    def __init__(self) -> None:
        self.orders: dict[int, Json] = {}
        self.refunds: dict[int, list[Json]] = {}
        self._next_post = 1041
        self._next_line = 2301

    def place(self, checkout: Checkout, at: datetime) -> Json:
        """A buyer fills a basket and checks out."""
        order_id = self._post_id()
        order: Json = {
            "id": order_id,
            "parent_id": 0,
            "number": str(order_id),
            "status": checkout.status,
            "currency": checkout.currency,
            "version": "10.5.0",
            "prices_include_tax": False,
            "date_created_gmt": _gmt(at),
            "date_completed_gmt": None,
            "customer_id": 0,
            "order_key": f"wc_order_demo{order_id}",
            "payment_method": checkout.payment_method,
            "customer_note": "Please ring the bell twice.",
            "customer_ip_address": "203.0.113.7",
            **_addresses(checkout.buyer),
            "meta_data": _gstin_meta(checkout.buyer),
            **self._lines(checkout),
            "refunds": [],
        }
        is_paid = checkout.status == "processing" and checkout.payment_method != "cod"
        order["date_paid_gmt"] = _gmt(at) if is_paid else None
        self.orders[order_id] = order
        self.refunds[order_id] = []
        return self._saved(order, at)

    def set_status(self, order_id: int, status: str, at: datetime) -> Json:
        """The store's people, or a gateway, move an order on; paid at the latest when completed."""
        order = self.orders[order_id]
        order["status"] = status
        if status == "completed":
            order["date_completed_gmt"] = _gmt(at)
            order["date_paid_gmt"] = order["date_paid_gmt"] or _gmt(at)
        return self._saved(order, at)

    def set_quantity(self, order_id: int, sku: str, quantity: int, at: datetime) -> Json:
        """An edit in wp-admin: another quantity of a product, everything recalculated."""
        order = self.orders[order_id]
        line = next(line for line in order["line_items"] if line["sku"] == sku)
        product = BY_SKU[sku]
        line["quantity"] = quantity
        taxed = amounts(product.price * quantity, product.rate, _zone_of(order))
        line |= {"subtotal": taxed["total"], **taxed}
        return self._saved(order, at)

    def refund(
        self, order_id: int, at: datetime, *, reason: str, amount: str = "", sku: str = ""
    ) -> Json:
        """Give money back: one piece of a product with its tax, or a bare amount."""
        order = self.orders[order_id]
        lines = [_refund_line(order, sku, self._line_id())] if sku else []
        given_back = sum((_gross(line) for line in lines), Decimal(0)) or -Decimal(amount)
        refund_id = self._post_id()
        self.refunds[order_id].append(
            {
                "id": refund_id,
                "amount": money(-given_back),
                "reason": reason,
                "date_created_gmt": _gmt(at),
                "line_items": lines,
            }
        )
        order["refunds"].append({"id": refund_id, "reason": reason, "total": money(given_back)})
        return self._saved(order, at)

    def reduced(self, order_id: int, at: datetime) -> Json:
        """The order as our plugin sends it: no personal data, refunds in full."""
        order = {key: value for key, value in self.orders[order_id].items() if key in _REDUCED}
        billing = order["billing"]
        return order | {
            "billing": {
                key: billing[key] for key in ("first_name", "last_name", "state", "country")
            },
            "shipping": {key: order["shipping"][key] for key in ("state", "country")},
            "refunds": self.refunds[order_id],
            "counterfoil": {
                "schema": 1,
                "built_at": f"{_gmt(at)}.000000",
                "plugin": "1.0.0",
                "decimals": 2,
                "prices_include_tax": False,
            },
        }

    def _lines(self, checkout: Checkout) -> Json:
        """Product, shipping, fee and coupon lines of a new order."""
        zone = zone_to(checkout.buyer.country, checkout.buyer.state)
        discount = Decimal(checkout.coupon[1] if checkout.coupon else 0) / 100
        products = [
            self._product_line(BY_SKU[sku], quantity, discount, zone)
            for sku, quantity in checkout.basket
        ]
        shipping = [self._charge("method_title", "Flat rate", SHIPPING, zone)]
        fees = [self._charge("name", "Cash on delivery", COD_FEE, zone)]
        code = checkout.coupon[0] if checkout.coupon else ""
        return {
            "line_items": products,
            "shipping_lines": shipping if checkout.has_shipping else [],
            "fee_lines": fees if checkout.payment_method == "cod" else [],
            "coupon_lines": [{"id": self._line_id(), "code": code}] if code else [],
        }

    def _product_line(self, product: Product, quantity: int, discount: Decimal, zone: Zone) -> Json:
        full = product.price * quantity
        return {
            "id": self._line_id(),
            "name": product.name,
            "product_id": product.product_id,
            "variation_id": 0,
            "quantity": quantity,
            "tax_class": "" if product.rate else "zero-rate",
            "subtotal": money(full),
            "sku": product.sku,
            **amounts(full - rounded(full * discount), product.rate, zone),
        }

    def _charge(self, title: str, name: str, amount: Decimal, zone: Zone) -> Json:
        return {
            "id": self._line_id(),
            title: name,
            "tax_status": "taxable",
            **amounts(amount, SHIPPING_RATE, zone),
        }

    def _saved(self, order: Json, at: datetime) -> Json:
        """Totals and tax lines recalculated, as WooCommerce does whenever it saves."""
        parts = [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]
        total_tax = sum((Decimal(part["total_tax"]) for part in parts), Decimal(0))
        full = sum((Decimal(line["subtotal"]) for line in order["line_items"]), Decimal(0))
        net = sum((Decimal(line["total"]) for line in order["line_items"]), Decimal(0))
        order["discount_total"] = money(full - net)
        order["total_tax"] = money(total_tax)
        order["total"] = money(sum((_gross(part) for part in parts), Decimal(0)))
        order["tax_lines"] = tax_lines(parts)
        order["date_modified_gmt"] = _gmt(at)
        return order

    def _post_id(self) -> int:
        """Orders and refunds share WordPress's one sequence of ids."""
        self._next_post += 3
        return self._next_post

    def _line_id(self) -> int:
        self._next_line += 1
        return self._next_line


_REDUCED = frozenset(
    (
        "id", "number", "status", "currency", "prices_include_tax", "date_created_gmt",
        "date_modified_gmt", "date_paid_gmt", "date_completed_gmt", "total", "total_tax",
        "discount_total", "payment_method", "billing", "shipping", "line_items", "shipping_lines",
        "fee_lines", "tax_lines",
    )
)  # fmt: skip


def _gmt(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def _gross(line: Json) -> Decimal:
    return Decimal(line["total"]) + Decimal(line["total_tax"])


def _zone_of(order: Json) -> Zone:
    return zone_to(order["shipping"]["country"], order["shipping"]["state"])


def _refund_line(order: Json, sku: str, line_id: int) -> Json:
    """One piece of a product given back: negative amounts, and the line it came from."""
    line = next(line for line in order["line_items"] if line["sku"] == sku)
    amount = Decimal(line["total"]) / line["quantity"]
    taxed = amounts(-amount, BY_SKU[sku].rate, _zone_of(order))
    source = {"key": "_refunded_item_id", "value": str(line["id"])}
    return {"id": line_id, "quantity": -1, "sku": sku, **taxed, "meta_data": [source]}


def _addresses(buyer: Buyer) -> Json:
    address = {
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "company": buyer.company,
        "address_1": "12 Lotus Lane",
        "city": buyer.city,
        "state": buyer.state,
        "postcode": buyer.postcode,
        "country": buyer.country,
    }
    contact = {"email": f"{buyer.first_name.lower()}@example.com", "phone": "+91 90000 00000"}
    return {"billing": address | contact, "shipping": dict(address)}


def _gstin_meta(buyer: Buyer) -> list[Json]:
    return [{"id": 1, "key": "_billing_gstin", "value": buyer.gstin}] if buyer.gstin else []
