"""The house stands: the tests themselves work under the app's role."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_connect_as_the_app_and_not_as_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, database = cursor.fetchone()
    assert user == "counterfoil_app"
    assert database.startswith("counterfoil_")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(_time: int) -> None:
    from ledger.models import User

    assert not User.objects.exists()
    User.objects.create_user("a@example.com", "x")
