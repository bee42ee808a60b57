"""Django's admin, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    """Named in INSTALLED_APPS instead of `django.contrib.admin`."""

    default_site = "config.staff_site.StaffSite"
