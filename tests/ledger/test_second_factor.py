"""Two-factor log-in, against an authenticator app of our own."""

import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections
from pytest_django import Settings

from ledger import second_factor, vault
from ledger.models import Authenticator, RecoveryCode, User
from tests.authenticator import code_at, hotp
from tests.factories import NOW, a_user

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def person() -> User:
    """Has set nothing up."""
    return a_user("person")


def _seed(user: User) -> str:
    return vault.open_sealed("person", user.pk, Authenticator.objects.get(user=user).seed)


def _set_up(user: User) -> tuple[str, list[str]]:
    """Switch it on with the code of a minute ago; the seed, and the recovery codes."""
    second_factor.begin(user)
    seed = second_factor.seed_to_set_up(user)
    assert seed is not None
    codes = second_factor.switch_on(user, code_at(seed, NOW - MINUTE), now=NOW - MINUTE)
    assert codes is not None
    return seed, codes


def test_the_app_of_these_tests_computes_what_the_rfc_says() -> None:
    """RFC 4226, appendix D."""
    key = b"12345678901234567890"
    said = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583"]
    assert [hotp(key, counter) for counter in range(8)] == said


def test_it_is_on_only_after_the_first_right_code(person: User) -> None:
    second_factor.begin(person)
    assert not second_factor.is_on(person)
    seed = _seed(person)
    wrong = "000000" if code_at(seed, NOW) != "000000" else "000001"
    assert second_factor.switch_on(person, wrong, now=NOW) is None
    assert not second_factor.is_on(person)
    assert second_factor.switch_on(person, code_at(seed, NOW), now=NOW) is not None
    assert second_factor.is_on(person)


def test_a_seed_that_was_begun_with_is_shown_and_one_that_counts_is_not(person: User) -> None:
    second_factor.begin(person)
    first = second_factor.seed_to_set_up(person)
    second_factor.begin(person)
    assert second_factor.seed_to_set_up(person) not in (None, first)
    _set_up(person)
    assert second_factor.seed_to_set_up(person) is None
    with pytest.raises(second_factor.AlreadyOnError):
        second_factor.begin(person)


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_be_thirty_seconds_apart(person: User, steps: int, good: bool) -> None:
    seed, _ = _set_up(person)
    assert second_factor.prove(person, code_at(seed, NOW, steps), now=NOW) is good


def test_a_code_is_good_once(person: User) -> None:
    seed, _ = _set_up(person)
    assert second_factor.prove(person, code_at(seed, NOW), now=NOW)
    assert not second_factor.prove(person, code_at(seed, NOW), now=NOW)


def test_a_code_older_than_the_last_one_is_not_taken(person: User) -> None:
    seed, _ = _set_up(person)
    assert second_factor.prove(person, code_at(seed, NOW, 1), now=NOW)
    assert not second_factor.prove(person, code_at(seed, NOW, 0), now=NOW)


def test_anothers_code_is_wrong(person: User) -> None:
    _set_up(person)
    seed, _ = _set_up(a_user("other"))
    assert not second_factor.prove(person, code_at(seed, NOW), now=NOW)


def test_after_ten_wrong_codes_even_the_right_one_waits(person: User) -> None:
    seed, _ = _set_up(person)
    for _ in range(10):
        assert not second_factor.prove(person, _wrong(seed), now=NOW)
    assert not second_factor.prove(person, code_at(seed, NOW), now=NOW)
    assert second_factor.blocked_until(person, NOW) == NOW + 15 * MINUTE
    later = NOW + 15 * MINUTE
    assert second_factor.blocked_until(person, later) is None
    assert second_factor.prove(person, code_at(seed, later), now=later)


def test_a_right_code_forgives_the_wrong_ones_before(person: User) -> None:
    seed, _ = _set_up(person)
    for _ in range(9):
        second_factor.prove(person, _wrong(seed), now=NOW)
    assert second_factor.prove(person, code_at(seed, NOW), now=NOW)
    assert Authenticator.objects.get(user=person).failures == 0


def _wrong(seed: str) -> str:
    """Six digits that are right at none of the three moments."""
    right = {code_at(seed, NOW, steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


# Recovery codes ---------------------------------------------------------------------------------


def test_there_are_ten_recovery_codes_each_good_once(person: User) -> None:
    _, codes = _set_up(person)
    assert len(set(codes)) == 10
    assert second_factor.prove(person, codes[3].upper(), now=NOW)
    assert not second_factor.prove(person, codes[3], now=NOW)
    assert second_factor.codes_left(person) == 9


def test_a_recovery_code_helps_while_the_app_is_blocked(person: User) -> None:
    seed, codes = _set_up(person)
    for _ in range(10):
        second_factor.prove(person, _wrong(seed), now=NOW)
    assert second_factor.prove(person, codes[0], now=NOW)


def test_new_recovery_codes_void_the_old_ones(person: User) -> None:
    _, old = _set_up(person)
    new = second_factor.new_recovery_codes(person)
    assert not second_factor.prove(person, old[0], now=NOW)
    assert second_factor.prove(person, new[0], now=NOW)


def test_a_recovery_code_is_its_owners_alone(person: User) -> None:
    _, codes = _set_up(person)
    other = a_user("other")
    _set_up(other)
    assert not second_factor.prove(other, codes[0], now=NOW)


def test_switched_off_nothing_of_it_is_left(person: User) -> None:
    seed, codes = _set_up(person)
    second_factor.switch_off(person)
    assert not second_factor.is_on(person)
    assert not second_factor.prove(person, codes[0], now=NOW)
    assert not second_factor.prove(person, code_at(seed, NOW), now=NOW)
    assert not RecoveryCode.objects.exists()


# At rest ----------------------------------------------------------------------------------------


def test_neither_seed_nor_codes_are_kept_in_clear(person: User) -> None:
    seed, codes = _set_up(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM ledger_authenticator t")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, '') FROM ledger_recoverycode t")
        kept += cursor.fetchone()[0]
    assert seed not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_seed_in_another_persons_row_is_useless(person: User) -> None:
    seed, _ = _set_up(person)
    other = a_user("other")
    _set_up(other)
    stolen = Authenticator.objects.get(user=person).seed
    Authenticator.objects.filter(user=other).update(seed=stolen)
    with pytest.raises(vault.SealBrokenError, match="another person"):
        second_factor.prove(other, code_at(seed, NOW), now=NOW)


def test_keys_are_rotated_under_it(person: User, settings: Settings) -> None:
    seed, _ = _set_up(person)
    settings.VAULT_KEYS = [new := Fernet.generate_key().decode(), *settings.VAULT_KEYS]
    call_command("rotate_keys", verbosity=0)
    settings.VAULT_KEYS = [new]
    assert second_factor.prove(person, code_at(seed, NOW), now=NOW)


def test_an_app_without_a_seed_cannot_be_kept(person: User) -> None:
    with pytest.raises(IntegrityError, match="authenticator_has_a_seed"):
        Authenticator.objects.create(user=person, seed="")


def test_a_recovery_code_that_is_no_digest_cannot_be_kept(person: User) -> None:
    with pytest.raises(IntegrityError, match="recovery_code_digest_is_sha256"):
        RecoveryCode.objects.create(user=person, digest="k7m2-9xqd-4htr-w8pz")


def test_a_recovery_code_cannot_be_kept_twice(person: User) -> None:
    RecoveryCode.objects.create(user=person, digest="a" * 64)
    with pytest.raises(IntegrityError, match="recovery_code_once"):
        RecoveryCode.objects.create(user=person, digest="a" * 64)


def test_somebody_who_lost_everything_is_helped_by_a_command(person: User) -> None:
    _set_up(person)
    call_command("two_factor_off", person.email.upper(), verbosity=0)
    assert not second_factor.is_on(person)
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("two_factor_off", "nobody@example.com")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_four_who_use_one_code_at_once_one_gets_in(kind: str) -> None:
    person = a_user("person")
    seed, codes = _set_up(person)
    code = code_at(seed, NOW) if kind == "app" else codes[0]
    results: list[bool] = []
    barrier = threading.Barrier(4)

    def use() -> None:
        barrier.wait()
        results.append(second_factor.prove(person, code, now=NOW))
        connections.close_all()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
