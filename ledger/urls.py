"""Addresses of the ledger's own pages."""

from django.urls import path

from ledger.access import declares_own_rule
from ledger.api import TrialBalanceView
from ledger.views import edit_log, period_lock, reports, session

SETTINGS = "c/<int:company_id>/settings/"

urlpatterns = [
    path("", session.start, name="start"),
    path("login/", session.log_in, name="login"),
    path("logout/", session.log_out, name="logout"),
    path("c/<int:company_id>/reports/", reports.reports, name="reports"),
    path("c/<int:company_id>/accounts/<int:account_id>/", reports.account, name="account"),
    path(
        "api/v1/reports/trial-balance",
        declares_own_rule("API token")(TrialBalanceView.as_view()),
        name="api_trial_balance",
    ),
    path(f"{SETTINGS}period-lock/", period_lock.period_lock, name="period_lock"),
    path(f"{SETTINGS}period-lock/lock/", period_lock.lock, name="lock_period"),
    path(f"{SETTINGS}period-lock/unlock/", period_lock.unlock, name="unlock_period"),
    path(f"{SETTINGS}edit-log/", edit_log.edit_log, name="edit_log"),
    path(f"{SETTINGS}edit-log.csv", edit_log.edit_log_csv, name="edit_log_csv"),
    path("c/<int:company_id>/year/", session.choose_year, name="choose_year"),
]
