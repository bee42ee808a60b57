"""Addresses of the ledger's own pages."""

from django.urls import path

from ledger.access import declares_own_rule
from ledger.api import TrialBalanceView
from ledger.views import by_hand, edit_log, period_lock, reports, session

COMPANY = "c/<int:company_id>/"
SETTINGS = f"{COMPANY}settings/"
VOUCHERS = f"{COMPANY}vouchers/"

urlpatterns = [
    path("", session.start, name="start"),
    path("login/", session.log_in, name="login"),
    path("logout/", session.log_out, name="logout"),
    path(f"{COMPANY}reports/", reports.reports, name="reports"),
    path(f"{COMPANY}accounts/<int:account_id>/", reports.account, name="account"),
    path(
        "api/v1/reports/trial-balance",
        declares_own_rule("API token")(TrialBalanceView.as_view()),
        name="api_trial_balance",
    ),
    path(f"{VOUCHERS}new/<slug:kind>/", by_hand.enter, name="enter_voucher"),
    path(f"{VOUCHERS}<int:voucher_id>/reverse/", by_hand.reverse_by_hand, name="reverse_voucher"),
    path(f"{COMPANY}choices/accounts/", by_hand.account_choices, name="account_choices"),
    path(f"{COMPANY}choices/parties/", by_hand.party_choices, name="party_choices"),
    path(f"{SETTINGS}period-lock/", period_lock.period_lock, name="period_lock"),
    path(f"{SETTINGS}period-lock/lock/", period_lock.lock, name="lock_period"),
    path(f"{SETTINGS}period-lock/unlock/", period_lock.unlock, name="unlock_period"),
    path(f"{SETTINGS}edit-log/", edit_log.edit_log, name="edit_log"),
    path(f"{SETTINGS}edit-log.csv", edit_log.edit_log_csv, name="edit_log_csv"),
    path(f"{COMPANY}year/", session.choose_year, name="choose_year"),
]
