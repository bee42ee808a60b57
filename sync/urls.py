"""Addresses of the pages that show what came from stores."""

from django.urls import path

from sync.views import (
    day_book,
    home,
    late_documents,
    options,
    orders,
    plugin_status,
    search,
    stores,
    tax_rates,
    vouchers,
    waiting,
)

COMPANY = "c/<int:company_id>/"
STORE = f"{COMPANY}stores/<uuid:connection_id>/"
ORDER = f"{STORE}orders/<int:order_id>/"

urlpatterns = [
    path(COMPANY, home.home, name="home"),
    path(f"{COMPANY}search/", search.search, name="search"),
    path(f"{COMPANY}day-book/", day_book.day_book, name="day_book"),
    path(f"{COMPANY}day-book.csv", day_book.day_book_csv, name="day_book_csv"),
    path(f"{COMPANY}late-documents/", late_documents.late_documents, name="late_documents"),
    path(f"{COMPANY}late-documents.csv", late_documents.late_csv, name="late_documents_csv"),
    path(f"{COMPANY}vouchers/<int:voucher_id>/", vouchers.voucher, name="voucher"),
    path(f"{COMPANY}drafts/<int:draft_id>/", vouchers.draft, name="draft"),
    path(f"{COMPANY}drafts/<int:draft_id>/post/", vouchers.post_draft, name="post_draft"),
    path(f"{COMPANY}stores/", stores.stores, name="stores"),
    path(STORE, stores.store, name="store"),
    path(f"{STORE}orders/", stores.orders, name="store_orders"),
    path(f"{STORE}waiting/", waiting.waiting, name="store_waiting"),
    path(f"{STORE}waiting/retry/", waiting.retry_orders, name="retry_orders"),
    path(f"{STORE}deliveries/", stores.deliveries, name="store_deliveries"),
    path(f"{STORE}deliveries/replay/", waiting.replay, name="replay_delivery"),
    path(f"{STORE}options/", options.options, name="store_options"),
    path(f"{STORE}options/taxes/", tax_rates.tax_rates, name="store_taxes"),
    path(ORDER, orders.order, name="order"),
    path(f"{ORDER}accept/", orders.accept, name="accept_order"),
    path("api/plugin/v1/status", plugin_status.status, name="plugin_status"),
]
