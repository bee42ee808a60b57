"""Addresses for connecting stores and parting from them, and for what the plugin asks."""

from django.urls import path

from connections.plugin_package import SLUG
from connections.views import pairing, plugin, stores

STORE = "c/<int:company_id>/stores/<uuid:connection_id>/"

urlpatterns = [
    path("c/<int:company_id>/stores/connect/", stores.connect, name="connect_store"),
    path(f"{STORE}secret/", stores.new_secret, name="new_secret"),
    path(f"{STORE}unpair/", stores.unpair, name="unpair_store"),
    path(f"{STORE}resume/", stores.resume, name="resume_store"),
    path(f"{STORE}delete/", stores.delete, name="delete_store"),
    path(f"{STORE}plugin/", pairing.plugin_card, name="plugin_card"),
    path(f"{STORE}pairing-code/", pairing.make_pairing_code, name="make_pairing_code"),
    path("api/plugin/v1/pair", plugin.pair, name="plugin_pair"),
    path("api/plugin/v1/unpair", plugin.unpair, name="plugin_unpair"),
    path("api/plugin/v1/update", plugin.update, name="plugin_update"),
    path(f"plugin/{SLUG}-<str:version>.zip", plugin.package, name="plugin_package"),
]
