"""Addresses of the ledger's own pages."""

from django.urls import path

from ledger.views import session

urlpatterns = [
    path("", session.start, name="start"),
    path("login/", session.log_in, name="login"),
    path("logout/", session.log_out, name="logout"),
    path("c/<int:company_id>/year/", session.choose_year, name="choose_year"),
]
