"""Addresses of the REST API, under `/api/v1/`."""

from django.urls import path

from ledger.access import View, declares_own_rule
from sync.rest import api

_by_token = declares_own_rule("API token")


def _view(of: type[api.ApiView]) -> View:
    return _by_token(of.as_view())


urlpatterns = [
    path("connections", _view(api.ConnectionsView), name="api_connections"),
    path("vouchers", _view(api.VouchersView), name="api_vouchers"),
    path("orders", _view(api.OrdersView), name="api_orders"),
    path("deliveries", _view(api.DeliveriesView), name="api_deliveries"),
    path("activity", _view(api.ActivityView), name="api_activity"),
]
