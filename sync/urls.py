"""Addresses of the pages that show what came from stores."""

from django.urls import URLPattern, path

from sync.views import (
    asking,
    company_orders,
    day_book,
    downloads,
    home,
    late_documents,
    one_click,
    options,
    orders,
    papers,
    plugin_status,
    reports,
    sales_register,
    search,
    sku_imports,
    skus,
    stores,
    tax_rates,
    vouchers,
    waiting,
)

COMPANY = "c/<int:company_id>/"
STORE = f"{COMPANY}stores/<uuid:connection_id>/"
ORDER = f"{STORE}orders/<int:order_id>/"
SKUS = f"{STORE}skus/"
IMPORT = f"{SKUS}imports/<int:import_id>/"


def _files(address: str, report: str) -> list[URLPattern]:
    """A report as CSV and as Excel, named `<report>_csv` and `<report>_excel`."""
    return [
        path(f"{COMPANY}{address}.csv", downloads.as_csv(report), name=f"{report}_csv"),
        path(f"{COMPANY}{address}.xlsx", downloads.as_excel(report), name=f"{report}_excel"),
    ]


urlpatterns = [
    path(COMPANY, home.home, name="home"),
    path(f"{COMPANY}search/", search.search, name="search"),
    path(f"{COMPANY}day-book/", day_book.day_book, name="day_book"),
    path(f"{COMPANY}late-documents/", late_documents.late_documents, name="late_documents"),
    path(f"{COMPANY}late-documents.csv", late_documents.late_csv, name="late_documents_csv"),
    *_files("day-book", "day_book"),
    path(f"{COMPANY}reports/", reports.trial_balance, name="reports"),
    *_files("reports/trial-balance", "trial_balance"),
    path(f"{COMPANY}reports/profit-and-loss/", reports.profit_and_loss, name="profit_and_loss"),
    *_files("reports/profit-and-loss", "profit_and_loss"),
    path(f"{COMPANY}reports/sales-register/", sales_register.sales_register, name="sales_register"),
    *_files("reports/sales-register", "sales_register"),
    *_files("reports/hsn-summary", "hsn_summary"),
    path(f"{COMPANY}accounts/<int:account_id>/", reports.account, name="account"),
    *_files("accounts/<int:account_id>/ledger", "account"),
    path(f"{COMPANY}documents.pdf", papers.several_pdf, name="several_pdf"),
    path(f"{COMPANY}downloads/<int:download_id>/", downloads.download, name="download"),
    path(
        f"{COMPANY}downloads/<int:download_id>/file", downloads.download_file, name="download_file"
    ),
    path(
        f"{COMPANY}downloads/<int:download_id>/cancel/",
        downloads.cancel_download,
        name="cancel_download",
    ),
    path(f"{COMPANY}vouchers/<int:voucher_id>/", vouchers.voucher, name="voucher"),
    path(f"{COMPANY}vouchers/<int:voucher_id>.pdf", papers.voucher_pdf, name="voucher_pdf"),
    path(f"{COMPANY}drafts/<int:draft_id>/", vouchers.draft, name="draft"),
    path(f"{COMPANY}drafts/<int:draft_id>/post/", vouchers.post_draft, name="post_draft"),
    path(f"{COMPANY}orders/", company_orders.all_orders, name="all_orders"),
    path(f"{COMPANY}waiting/", company_orders.all_waiting, name="all_waiting"),
    path(f"{COMPANY}drafts/", company_orders.drafts, name="drafts"),
    path(f"{COMPANY}drafts/post/", company_orders.post_drafts, name="post_drafts"),
    path(f"{COMPANY}stores/", stores.stores, name="stores"),
    path(STORE, stores.store, name="store"),
    path(f"{STORE}orders/", stores.orders, name="store_orders"),
    path(f"{STORE}waiting/", waiting.waiting, name="store_waiting"),
    path(f"{STORE}waiting/retry/", waiting.retry_orders, name="retry_orders"),
    path(f"{STORE}deliveries/", stores.deliveries, name="store_deliveries"),
    path(f"{STORE}deliveries/replay/", waiting.replay, name="replay_delivery"),
    path(f"{STORE}options/", options.options, name="store_options"),
    path(f"{STORE}options/taxes/", tax_rates.tax_rates, name="store_taxes"),
    path(SKUS, skus.skus, name="store_skus"),
    path(f"{SKUS}map/", skus.map_sku, name="map_sku"),
    path(f"{SKUS}unmap/", skus.unmap_sku, name="unmap_sku"),
    path(f"{SKUS}items/", skus.item_options, name="item_options"),
    path(f"{SKUS}choose/", skus.choose_item, name="choose_item"),
    path(f"{SKUS}new-item/", skus.create_item, name="create_item"),
    path(f"{SKUS}mapping.csv", sku_imports.mapping_csv, name="mapping_csv"),
    path(f"{SKUS}template.csv", sku_imports.template_csv, name="template_csv"),
    path(f"{SKUS}import/", sku_imports.import_skus, name="import_skus"),
    path(IMPORT, sku_imports.sku_import_page, name="sku_import"),
    path(f"{IMPORT}apply/", sku_imports.apply_sku_import, name="apply_sku_import"),
    path(f"{IMPORT}check/", sku_imports.check_sku_import, name="check_sku_import"),
    path(f"{IMPORT}discard/", sku_imports.discard_sku_import, name="discard_sku_import"),
    path(f"{IMPORT}undo/", sku_imports.undo_sku_import, name="undo_sku_import"),
    path(f"{IMPORT}errors.csv", sku_imports.wrong_rows, name="wrong_rows"),
    path(f"{STORE}asking/", asking.asking, name="store_asking"),
    path(f"{STORE}asking/keys/", asking.reconnect, name="reconnect_store"),
    path(f"{STORE}asking/one-click/", one_click.ask_for_keys, name="ask_for_keys"),
    path(f"{STORE}asking/one-click/back/", one_click.come_back, name="keys_come_back"),
    path("api/woocommerce/keys", one_click.take_keys, name="take_keys"),
    path(f"{STORE}asking/webhooks/", asking.register_webhooks, name="register_webhooks"),
    path(f"{STORE}asking/polling/", asking.change_polling, name="change_polling"),
    path(f"{STORE}asking/backfill/", asking.change_backfill, name="change_backfill"),
    path(ORDER, orders.order, name="order"),
    path(f"{ORDER}accept/", orders.accept, name="accept_order"),
    path(f"{ORDER}answers/<int:answer_id>/withdraw/", orders.withdraw, name="withdraw_answer"),
    path("api/plugin/v1/status", plugin_status.status, name="plugin_status"),
]
