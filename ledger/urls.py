"""Addresses of the ledger's own pages."""

from django.urls import path

from ledger.access import declares_own_rule
from ledger.api import TrialBalanceView
from ledger.views import (
    by_hand,
    document_details,
    edit_log,
    invitations,
    log_in,
    period_lock,
    session,
)
from ledger.views.settings import accounts, company, members, series, tokens
from ledger.views.you import profile, sessions, two_factor

COMPANY = "c/<int:company_id>/"
SETTINGS = f"{COMPANY}settings/"
VOUCHERS = f"{COMPANY}vouchers/"
MEMBER = f"{SETTINGS}members/<int:membership_id>/"
INVITATION = f"{SETTINGS}invitations/<int:invitation_id>/"

urlpatterns = [
    path("", session.start, name="start"),
    path("login/", log_in.log_in, name="login"),
    path("login/code/", log_in.log_in_code, name="login_code"),
    path("logout/", session.log_out, name="logout"),
    path("confirm/", log_in.confirm, name="confirm"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path(
        f"{COMPANY}document-details/",
        document_details.document_details,
        name="document_details",
    ),
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
    path(SETTINGS, company.settings, name="settings"),
    path(f"{SETTINGS}company/", company.details, name="company_settings"),
    path(f"{SETTINGS}members/", members.overview, name="members"),
    path(f"{SETTINGS}members/invite/", members.invite, name="invite"),
    path(MEMBER, members.member, name="member"),
    path(f"{MEMBER}role/", members.change_role, name="change_role"),
    path(f"{MEMBER}permissions/", members.switch_permissions, name="switch_permissions"),
    path(f"{MEMBER}remove/", members.remove, name="remove_member"),
    path(f"{INVITATION}renew/", members.renew, name="renew_invitation"),
    path(f"{INVITATION}revoke/", members.revoke, name="revoke_invitation"),
    path(f"{SETTINGS}accounts/", accounts.overview, name="accounts"),
    path(f"{SETTINGS}accounts/add/", accounts.add, name="add_account"),
    path(f"{SETTINGS}accounts/<int:account_id>/", accounts.account, name="edit_account"),
    path(f"{SETTINGS}accounts/<int:account_id>/delete/", accounts.remove, name="delete_account"),
    path(f"{SETTINGS}series/", series.series, name="series"),
    path(f"{SETTINGS}tokens/", tokens.overview, name="tokens"),
    path(f"{SETTINGS}tokens/add/", tokens.add, name="add_token"),
    path(f"{SETTINGS}tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("you/", profile.profile, name="profile"),
    path("you/password/", profile.password, name="password"),
    path("you/two-factor/", two_factor.two_factor, name="two_factor"),
    path("you/two-factor/begin/", two_factor.begin, name="two_factor_begin"),
    path("you/two-factor/set-up/", two_factor.set_up, name="two_factor_set_up"),
    path("you/two-factor/codes/", two_factor.new_codes, name="new_recovery_codes"),
    path("you/two-factor/off/", two_factor.switch_off, name="two_factor_off"),
    path("you/sessions/", sessions.overview, name="sessions"),
    path("you/sessions/others/end/", sessions.end_others, name="end_other_sessions"),
    path("you/sessions/<str:public_id>/end/", sessions.end, name="end_session"),
]
