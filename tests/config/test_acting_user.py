"""In whose name a program writes, where nobody has logged in."""

import pytest

from config.databases import program_name
from ledger.models import Edit
from tests.config.conftest import Manage
from tests.server import as_environment


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["manage.py", "run_worker"], "counterfoil worker"),
        (["/srv/counterfoil/manage.py", "qcluster"], "counterfoil worker"),
        (["manage.py", "rotate_keys", "--json"], "counterfoil rotate_keys"),
        (["manage.py"], "counterfoil"),
        (["/usr/bin/pytest", "-q"], "counterfoil"),
    ],
)
def test_a_session_is_called_by_its_program(arguments: list[str], name: str) -> None:
    assert program_name(arguments, is_web=False) == name
    assert program_name(arguments, is_web=True) == "counterfoil web"


@pytest.mark.django_db(transaction=True)
def test_a_command_stands_in_the_edit_log_by_its_name(manage: Manage) -> None:
    done = manage(
        "create_company", "Asha Traders", "--state=27", "--owner=a@example.com",
        "--password=long pass", **as_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = set(Edit.objects.values_list("via", "database_role"))
    assert said == {("counterfoil create_company", "counterfoil_app")}
    assert not Edit.objects.filter(user__isnull=False).exists()
