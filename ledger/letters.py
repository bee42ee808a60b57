"""Letters by e-mail. Where no mail is set up, or it fails, the caller is told and goes on."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from ledger.models import Invitation

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Mail the link to whom it is for; False where it did not go out."""
    if not settings.MAIL_IS_CONFIGURED:
        return False
    company = " ".join(invitation.company.name.split())
    text = render_to_string("ledger/mail/invitation.txt", {"invitation": invitation, "link": link})
    try:
        send_mail(f"Join {company} on Counterfoil", text, None, [invitation.email])
    except (SMTPException, OSError):
        log.exception("an invitation could not be mailed")
        return False
    return True


def send_note(subject: str, text: str, people: Sequence[str]) -> bool:
    """Mail a text to colleagues, in one letter; False where it did not go out."""
    if not settings.MAIL_IS_CONFIGURED:
        return False
    try:
        send_mail(" ".join(subject.split()), text, None, list(people))
    except (SMTPException, OSError, ValueError):
        log.exception("a note could not be mailed")
        return False
    return True
