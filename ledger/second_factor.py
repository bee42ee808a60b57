"""Two-factor log-in: an authenticator app (TOTP, RFC 6238), and recovery codes for its loss."""

import hashlib
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.oath import TOTP

from ledger import vault
from ledger.core.second_factor import (
    RECOVERY_ALPHABET,
    RECOVERY_LENGTH,
    app_code,
    in_groups,
    recovery_code,
    wait_after,
)
from ledger.models import Authenticator, RecoveryCode, User

ISSUER = "Counterfoil"
SEED_BYTES = 20
"""As long as the digest of SHA-1, which is what apps compute (RFC 4226)."""
CLOCKS_APART = 1
"""A code is good for one time step of 30 seconds before and after its own, too."""
RECOVERY_CODES = 10


class AlreadyOnError(Exception):
    """The person has an authenticator app that counts."""


class CodeBackend(ModelBackend):
    """Knows a person by address and code, as `authenticate(request, username=…, code=…)`.

    So `axes` counts wrong codes together with wrong passwords. It never stands alone: the log-in
    page asks it only who has given the right password.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,  # noqa: ARG002 -- Django's signature
        username: str,
        code: str,
    ) -> User | None:
        """The person whose app or recovery codes the code is of."""
        user = User.objects.filter(email=username, is_active=True).first()
        return user if user and prove(user, code, now=timezone.now()) else None


def is_on(user: User) -> bool:
    """Whether a person's password is not enough to log in."""
    return Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()


def blocked_until(user: User, now: datetime) -> datetime | None:
    """Until when a person's app is not listened to, None while it is."""
    found = Authenticator.objects.filter(user=user, blocked_until__gt=now).first()
    return found.blocked_until if found else None


@transaction.atomic
def begin(user: User) -> None:
    """Make a seed to set an app up with; it counts from its first right code on.

    :raises AlreadyOnError: when an app counts already.
    """
    if is_on(user):
        raise AlreadyOnError("Two-factor log-in is on already.")
    Authenticator.objects.filter(user=user).delete()
    seed = b32encode(secrets.token_bytes(SEED_BYTES)).decode()
    Authenticator.objects.create(user=user, seed=vault.seal("person", user.pk, seed))


def seed_to_set_up(user: User) -> str | None:
    """The seed of an app that has not given its first right code yet."""
    found = Authenticator.objects.filter(user=user, confirmed_at__isnull=True).first()
    return _seed(found) if found else None


def address_for_apps(user: User, seed: str) -> str:
    """What a QR code tells an authenticator app."""
    label = quote(f"{ISSUER}:{user.email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': seed, 'issuer': ISSUER})}"


@transaction.atomic
def switch_on(user: User, typed: str, *, now: datetime) -> list[str] | None:
    """Ask for codes from now on, if the first one is right; the recovery codes, shown this once."""
    if is_on(user) or not take_app_code(user, typed, now=now):
        return None
    Authenticator.objects.filter(user=user).update(confirmed_at=now)
    return new_recovery_codes(user)


@transaction.atomic
def switch_off(user: User) -> None:
    """Ask for nothing but the password again."""
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten fresh recovery codes, shown this once; the old ones are void."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(c)) for c in codes)
    return [in_groups(code) for code in codes]


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def prove(user: User, typed: str, *, now: datetime) -> bool:
    """Whether what was typed is a code of the person's app or a recovery code; it is used up."""
    return take_app_code(user, typed, now=now) or _take_recovery_code(user, typed, now=now)


@transaction.atomic
def take_app_code(user: User, typed: str, *, now: datetime) -> bool:
    """Take a code of the app, once. Wrong ones are counted, whatever address they come from."""
    code = app_code(typed)
    found = Authenticator.objects.select_for_update().filter(user=user).first()
    if code is None or found is None or (found.blocked_until and found.blocked_until > now):
        return False
    step = _matching_step(_seed(found), code, found.last_step, now)
    if step is None:
        found.failures += 1
        wait = wait_after(found.failures)
        found.blocked_until = now + wait if wait else None
    else:
        found.last_step, found.failures, found.blocked_until = step, 0, None
    found.save()
    return step is not None


@transaction.atomic
def reseal_all() -> int:
    """Seal all seeds anew with the first vault key; returns how many.

    :raises ledger.vault.SealBrokenError: when one cannot be opened; then none is changed.
    """
    found = list(Authenticator.objects.select_for_update().order_by("pk"))
    for each in found:
        each.seed = vault.rotate(each.seed)
    Authenticator.objects.bulk_update(found, ["seed"])
    return len(found)


def _seed(authenticator: Authenticator) -> str:
    return vault.open_sealed("person", authenticator.user_id, authenticator.seed)


def _matching_step(seed: str, code: int, last_step: int, now: datetime) -> int | None:
    """The time step whose code it is; neither the step taken last nor an older one counts."""
    totp = TOTP(b32decode(seed))
    totp.time = now.timestamp()
    return totp.t() if totp.verify(code, CLOCKS_APART, last_step + 1) else None


def _take_recovery_code(user: User, typed: str, *, now: datetime) -> bool:
    code = recovery_code(typed)
    if code is None:
        return False
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at__isnull=True)
    return unused.update(used_at=now) == 1


def _random_code() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
