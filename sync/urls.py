"""Addresses of the pages that show what came from stores."""

from django.urls import URLPattern, path

from sync.views import (
    asking,
    bulk_retry,
    certificate,
    company_orders,
    customer_looks,
    customers,
    day_book,
    downloads,
    home,
    item_import,
    item_stock,
    items,
    late_documents,
    left_out,
    looks,
    one_click,
    options,
    order_imports,
    orders,
    papers,
    plugin_status,
    reallocation,
    reports,
    sales_register,
    search,
    several_items,
    sku_imports,
    skus,
    stores,
    tax_rates,
    vouchers,
    waiting,
    waiting_skus,
)

COMPANY = "c/<int:company_id>/"
STORE = f"{COMPANY}stores/<uuid:connection_id>/"
ORDER = f"{STORE}orders/<int:order_id>/"
SKUS = f"{STORE}skus/"
ITEM = f"{COMPANY}items/<int:item_id>/"
IMPORT = f"{SKUS}imports/<int:import_id>/"
LOOK = f"{STORE}import/looks/<int:look_id>/"
CUSTOMER = f"{COMPANY}customers/<int:customer_id>/"
PARTY = f"{COMPANY}customers/parties/<int:party_id>/"
CUSTOMER_LOOK = f"{STORE}import/customers/<int:customer_look_id>/"
IMPORTED = f"{STORE}imported/<int:order_import_id>/"


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
    path(f"{COMPANY}items/", items.item_overview, name="items"),
    *_files("items", "items"),
    *_files("customers", "customers"),
    *_files("customers/<int:customer_id>/statement", "customer"),
    *_files("customers/parties/<int:party_id>/statement", "party"),
    path(f"{COMPANY}items/new/", items.new_item, name="new_item"),
    path(f"{COMPANY}items/change/", several_items.change_items, name="change_items"),
    path(f"{COMPANY}customers/", customers.customers, name="customers"),
    path(f"{COMPANY}customers/parties/", customers.parties, name="parties"),
    path(PARTY, customers.party, name="party"),
    path(f"{PARTY}statement.pdf", customers.party_pdf, name="party_pdf"),
    path(f"{COMPANY}customers/duplicates/", customers.duplicates, name="duplicates"),
    path(
        f"{COMPANY}customers/merges/<int:merge_id>/undo/", customers.undo_merge, name="undo_merge"
    ),
    path(CUSTOMER, customers.customer, name="customer"),
    path(f"{CUSTOMER}merge/<int:other_id>/", customers.merge_customers, name="merge_customers"),
    path(f"{CUSTOMER}statement.pdf", customers.customer_pdf, name="customer_pdf"),
    path(f"{COMPANY}items/import/", item_import.import_items, name="import_items"),
    path(f"{COMPANY}items/import/apply/", item_import.apply_item_import, name="apply_item_import"),
    path(ITEM, items.item, name="item"),
    path(f"{ITEM}edit/", items.edit_item, name="edit_item"),
    path(f"{ITEM}rates/", items.add_rate, name="add_rate"),
    path(f"{ITEM}rates/<int:rate_id>/remove/", items.take_back_rate, name="take_back_rate"),
    path(f"{ITEM}stock/", item_stock.enter_stock, name="enter_stock"),
    path(f"{ITEM}use/", items.switch_item, name="switch_item"),
    path(f"{ITEM}delete/", items.delete_item, name="delete_item"),
    path(f"{COMPANY}orders/", company_orders.all_orders, name="all_orders"),
    *_files("orders", "all_orders"),
    path(f"{COMPANY}waiting/", company_orders.all_waiting, name="all_waiting"),
    path(f"{COMPANY}waiting/retry/", bulk_retry.retry_waiting, name="retry_waiting"),
    path(f"{COMPANY}waiting/retries/<int:retry_id>/", bulk_retry.retry_run, name="retry_run"),
    path(f"{COMPANY}drafts/", company_orders.drafts, name="drafts"),
    path(f"{COMPANY}drafts/post/", company_orders.post_drafts, name="post_drafts"),
    path(f"{COMPANY}stores/", stores.stores, name="stores"),
    path(STORE, stores.store, name="store"),
    path(f"{STORE}orders/", stores.orders, name="store_orders"),
    path(f"{STORE}waiting/", waiting.waiting, name="store_waiting"),
    path(f"{STORE}waiting/retry/", waiting.retry_orders, name="retry_orders"),
    path(f"{STORE}deliveries/leave-out/", left_out.leave_out_delivery, name="leave_out_delivery"),
    path(
        f"{STORE}deliveries/left-out/<int:answer_id>/withdraw/",
        left_out.take_in_again,
        name="take_in_again",
    ),
    path(f"{STORE}deliveries/", stores.deliveries, name="store_deliveries"),
    path(f"{STORE}deliveries/replay/", waiting.replay, name="replay_delivery"),
    path(f"{STORE}options/", options.options, name="store_options"),
    path(f"{STORE}options/taxes/", tax_rates.tax_rates, name="store_taxes"),
    path(f"{STORE}import/", looks.store_import, name="store_import"),
    path(f"{STORE}import/look/", looks.look_at_store, name="look_at_store"),
    path(f"{STORE}import/go-live/", looks.set_go_live, name="set_go_live"),
    path(LOOK, looks.look, name="look"),
    path(f"{LOOK}ticked/", looks.look_at_ticked, name="look_at_ticked"),
    path(f"{LOOK}cancel/", looks.cancel_look, name="cancel_look"),
    path(f"{LOOK}resume/", looks.resume_look, name="resume_look"),
    path(f"{LOOK}import/", order_imports.import_orders, name="import_orders"),
    path(f"{STORE}import/customers/", customer_looks.store_customers, name="store_customers"),
    path(
        f"{STORE}import/customers/look/", customer_looks.look_at_customers, name="look_at_customers"
    ),
    path(f"{CUSTOMER_LOOK}keep/", customer_looks.keep_customers, name="keep_customers"),
    path(
        f"{CUSTOMER_LOOK}cancel/", customer_looks.cancel_customer_look, name="cancel_customer_look"
    ),
    path(
        f"{CUSTOMER_LOOK}resume/", customer_looks.resume_customer_look, name="resume_customer_look"
    ),
    path(f"{STORE}imported/", order_imports.imported, name="imported"),
    path(IMPORTED, order_imports.order_import, name="order_import"),
    path(f"{IMPORTED}cancel/", order_imports.cancel_order_import, name="cancel_order_import"),
    path(f"{IMPORTED}resume/", order_imports.resume_order_import, name="resume_order_import"),
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
    path(f"{STORE}certificate/", certificate.newest, name="store_certificate"),
    path(f"{STORE}certificate/make/", certificate.make, name="make_certificate"),
    path(f"{STORE}certificate/stop/", certificate.stop, name="stop_certificate"),
    path(f"{STORE}certificate/<int:run_id>/", certificate.certificate, name="certificate"),
    path(f"{STORE}certificate/<int:run_id>.json", certificate.as_json, name="certificate_json"),
    path(f"{STORE}certificate/<int:run_id>.pdf", certificate.as_pdf, name="certificate_pdf"),
    path(ORDER, orders.order, name="order"),
    path(f"{ORDER}accept/", orders.accept, name="accept_order"),
    path(f"{ORDER}reallocate/", reallocation.reallocate, name="reallocate_refund"),
    path(f"{ORDER}map-sku/", waiting_skus.map_waiting_sku, name="map_waiting_sku"),
    path(f"{ORDER}answers/<int:answer_id>/withdraw/", orders.withdraw, name="withdraw_answer"),
    path("api/plugin/v1/status", plugin_status.status, name="plugin_status"),
]
