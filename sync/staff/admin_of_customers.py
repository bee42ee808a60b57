"""Staff's view of customers: that they are there, and what was merged. Not how to reach them."""

from django.contrib import admin

from ledger.admin import OfCompany, Untouchable
from sync.models import (
    Customer,
    CustomerAccount,
    CustomerLook,
    CustomerMerge,
    CustomerOrder,
    LookedCustomer,
)


@admin.register(Customer)
class CustomerAdmin(Untouchable, OfCompany):
    """Customers by name; e-mail, telephone and addresses are the company's alone."""

    list_display = ("name", "company", "told_at", "merged_into")
    list_select_related = ("company", "merged_into")
    search_fields = ("name", "company__name")
    exclude = ("email", "email_key", "mailbox", "phone", "phone_key", "billing", "shipping")
    ordering = ("-id",)


@admin.register(CustomerAccount)
class CustomerAccountAdmin(Untouchable, OfCompany):
    """Registrations in stores."""

    list_display = ("account_id", "connection", "customer", "is_deleted")
    list_select_related = ("company", "connection", "customer")
    search_fields = ("=account_id", "company__name")
    ordering = ("-id",)


@admin.register(CustomerOrder)
class CustomerOrderAdmin(Untouchable, OfCompany):
    """Whose orders are."""

    list_display = ("order_id", "connection", "customer")
    list_select_related = ("company", "connection", "customer")
    search_fields = ("=order_id", "company__name")
    ordering = ("-id",)


@admin.register(CustomerMerge)
class CustomerMergeAdmin(Untouchable, OfCompany):
    """Who merged whom, and took it back."""

    list_display = ("kept", "dropped", "by", "at", "undone_by", "undone_at")
    list_select_related = ("company", "kept", "dropped", "by", "undone_by")
    search_fields = ("kept__name", "dropped__name", "company__name")
    ordering = ("-id",)


@admin.register(CustomerLook)
class CustomerLookAdmin(Untouchable, OfCompany):
    """Looks at stores' registered customers."""

    list_display = ("connection", "state", "done", "made_by", "made_at", "problem")
    list_select_related = ("company", "connection", "made_by")
    list_filter = ("state",)
    search_fields = ("connection__name", "company__name", "problem")
    ordering = ("-id",)


@admin.register(LookedCustomer)
class LookedCustomerAdmin(Untouchable, OfCompany):
    """What became of the customers of a look, by the store's number."""

    list_display = ("account_id", "look", "outcome", "reason")
    list_select_related = ("company", "look")
    list_filter = ("outcome",)
    search_fields = ("=account_id", "company__name")
    exclude = ("email", "name", "payload")
    ordering = ("-id",)
