"""What a store says of itself, and what stays as it was recorded."""

from collections.abc import Mapping

from tests.fakes.store import recorded
from tests.fakes.store.faults import House
from tests.fakes.store.forms import Forms, only
from tests.fakes.store.routes import OrderRoutes
from tests.fakes.store.wire import Answer, answer_json

NAMESPACES = ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"]
WOOCOMMERCE = ["wc/v3", "wc/v2", "wc/v1", "wc/store", "wc-admin", "wc-analytics"]


def index(house: House, forms: Forms, query: Mapping[str, str]) -> Answer:
    """Who the site is, to anyone: /wp-json/."""
    home = house.home or forms.base
    said = {
        "name": "Ganesh Tea &amp; Stores",
        "description": "",
        "url": home,
        "home": home,
        "gmt_offset": 5.5,
        "timezone_string": str(forms.zone),
        "namespaces": NAMESPACES
        + WOOCOMMERCE * house.has_woocommerce
        + ["counterfoil/v1"] * house.has_plugin,
        "authentication": {},
        "routes": {"/": {"namespace": "", "methods": ["GET"]}},
    }
    link = f'<{home}/wp-json/>; rel="https://api.w.org/"'
    return answer_json(_chosen(said, query), Link=link, Allow="GET")


def said(path: str, query: Mapping[str, str], house: House, routes: OrderRoutes) -> Answer | None:
    """Status, settings, taxes, products, customers: as recorded; None for anything else."""
    recording = recorded.answers().get(path)
    if recording is None:
        return None
    found, total = recording["body"], recording["headers"].get("X-WP-Total")
    if path == "customers" and house.customers:
        found, total = house.customers, str(len(house.customers))
    if total:
        count, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        rows = [_chosen(row, query) for row in found[(page - 1) * count : page * count]]
        return routes.listed(path, rows, int(total) if rows else 0, query, {})
    if path == "system_status":
        found = {**found, "environment": {**found["environment"], "version": house.wc_version}}
    said = [_chosen(row, query) for row in found] if isinstance(found, list) else None
    return routes.with_index_link(answer_json(said or _chosen(found, query), Allow="GET"))


def _chosen(value: dict[str, object], query: Mapping[str, str]) -> dict[str, object]:
    return only(value, query.get("_fields", ""))
