"""Addresses of the ledger's own pages."""

from django.urls import path

from ledger.access import declares_own_rule
from ledger.api import TrialBalanceView
from ledger.views import invitations, log_in, reports, session
from ledger.views.settings import accounts, company, members, series, tokens
from ledger.views.you import profile, sessions, two_factor

COMPANY = "c/<int:company_id>/"
SETTINGS = f"{COMPANY}settings/"
MEMBER = f"{SETTINGS}members/<int:membership_id>/"
INVITATION = f"{SETTINGS}invitations/<int:invitation_id>/"

urlpatterns = [
    path("", session.start, name="start"),
    path("login/", log_in.log_in, name="login"),
    path("login/code/", log_in.log_in_code, name="login_code"),
    path("logout/", session.log_out, name="logout"),
    path("confirm/", log_in.confirm, name="confirm"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("c/<int:company_id>/reports/", reports.reports, name="reports"),
    path("c/<int:company_id>/accounts/<int:account_id>/", reports.account, name="account"),
    path(
        "api/v1/reports/trial-balance",
        declares_own_rule("API token")(TrialBalanceView.as_view()),
        name="api_trial_balance",
    ),
    path("c/<int:company_id>/year/", session.choose_year, name="choose_year"),
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
