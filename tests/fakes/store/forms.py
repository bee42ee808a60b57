"""How orders and refunds look in answers: dates in two zones, links, chosen fields."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.store.shelf import Entry, Json, gmt, moment

_DATES = ("date_created", "date_modified", "date_completed", "date_paid")
_WRITE = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Forms:
    """Writes JSON as the store at `base` in `zone` does."""

    def __init__(self, base: str, zone: str) -> None:
        self.base = base
        self.zone = ZoneInfo(zone)
        self.api = f"{base}/wp-json/wc/v3"

    def order(self, entry: Entry) -> Json:
        """An order as REST v3 and webhooks have it."""
        order = {**entry.body, "id": entry.order_id, "status": entry.status}
        order["date_created_gmt"], order["date_modified_gmt"] = (
            gmt(entry.created),
            gmt(entry.modified),
        )
        order |= {name: self._local(order.get(f"{name}_gmt")) for name in _DATES}
        order["refunds"] = [_in_short(refund) for refund in entry.refunds]
        order["_links"] = self._order_links(entry.order_id)
        return order

    def refund(self, entry: Entry, refund: Json, *, with_parent: bool) -> Json:
        """A refund in full; only `/refunds` says of which order."""
        parent = {"parent_id": entry.order_id} if with_parent else {}
        collection = f"{self.api}/orders/{entry.order_id}/refunds"
        itself = [_link(f"{collection}/{refund['id']}", ["GET", "DELETE"])]
        links = {
            "self": itself,
            "collection": [{"href": collection}],
            "up": [{"href": f"{self.api}/orders/{entry.order_id}"}],
        }
        dates = {"date_created": self._local(refund["date_created_gmt"])}
        return {"id": refund["id"], **parent, **refund, **dates, "_links": links}

    def links(self, path: str, collection: str) -> Json:
        """The links of anything else."""
        return {
            "self": [_link(f"{self.api}/{path}", _WRITE)],
            "collection": [{"href": f"{self.api}/{collection}"}],
        }

    def local(self, at: datetime) -> str:
        """As WooCommerce writes a time in the site's zone, without saying so."""
        return f"{at.astimezone(self.zone):%Y-%m-%dT%H:%M:%S}"

    def _local(self, text: str | None) -> str | None:
        return self.local(moment(text)) if text else None

    def _order_links(self, order_id: int) -> Json:
        mails = f"{self.api}/orders/{order_id}/actions/email_templates"
        return {
            **self.links(f"orders/{order_id}", "orders"),
            "email_templates": [{"embeddable": True, "href": mails}],
        }


def _link(href: str, allow: list[str]) -> Json:
    return {"href": href, "targetHints": {"allow": allow}}


def _in_short(refund: Json) -> Json:
    return {"id": refund["id"], "reason": refund["reason"], "total": f"-{refund['amount']}"}


def only(value: Json, fields: str, *, keeps_links: bool = False) -> Json:
    """What `_fields` leaves: whole fields, and parts of objects, but never parts of lists.

    Single answers keep their `_links`, rows of a list do not: seen at WooCommerce 10.5.
    """
    if not fields:
        return value
    whole, parts = _wanted(fields)
    kept = {name: part for name, part in value.items() if name in whole}
    for name in parts:
        part = value.get(name)
        if name not in kept and isinstance(part, dict):
            kept[name] = {each: part[each] for each in parts[name] if each in part}
    if keeps_links and "_links" in value:
        kept["_links"] = value["_links"]
    return kept


@cache
def _wanted(fields: str) -> tuple[frozenset[str], dict[str, list[str]]]:
    """The names of whole fields, and of parts by field."""
    names = [each.strip() for each in fields.split(",") if each.strip()]
    parts: dict[str, list[str]] = {}
    for name in names:
        field, _, part = name.partition(".")
        if part:
            parts.setdefault(field, []).append(part)
    return frozenset(name for name in names if "." not in name), parts


def with_meta(value: Json, names: Iterable[str]) -> Json:
    """What `include_meta` leaves of the meta."""
    wanted = set(names)
    if not wanted or "meta_data" not in value:
        return value
    meta: list[Any] = [each for each in value["meta_data"] if each["key"] in wanted]
    return {**value, "meta_data": meta}
