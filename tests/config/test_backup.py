"""What is backed up comes back, elsewhere, and nothing is written over."""

import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import Server
from tests.config.conftest import Manage, a_var_dir, managing


def sql(manage: Manage, statement: str, **env: str) -> str:
    code = (
        "from django.db import connection; c = connection.cursor(); "
        f"c.execute({statement!r}); print(c.fetchall() if c.description else 'done')"
    )
    done = manage("shell", "--verbosity=0", "-c", code, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    """Return a VAR_DIR whose database runs, with the books of one company."""
    with a_var_dir() as folder, Server(folder).in_use():
        manage = managing(folder)
        assert manage("setup_database").returncode == 0
        owner = ("--owner=a@example.com", "--password=long pass")
        founded = manage("create_company", "Asha & Söhne", "--state=27", *owner)
        assert founded.returncode == 0, founded.stderr
        yield folder


@pytest.fixture(scope="module")
def backup(var_dir: Path) -> Path:
    """Return a backup of these books."""
    file = var_dir / "backups" / "one.tar"
    assert managing(var_dir)("backup", str(file)).stdout.strip() == str(file)
    return file


@pytest.fixture(scope="module")
def restored(var_dir: Path, backup: Path) -> Iterator[Manage]:
    """Return the way to run commands on what was restored elsewhere."""
    elsewhere = managing(var_dir / "elsewhere")
    done = elsewhere("restore", str(backup))
    assert done.returncode == 0, done.stderr
    with Server(var_dir / "elsewhere").in_use():
        yield elsewhere


def test_a_backup_comes_back_in_an_empty_folder(
    manage: Manage, restored: Manage, var_dir: Path
) -> None:
    question = (
        "SELECT (SELECT array_agg(name || state) FROM ledger_company),"
        " (SELECT count(*) FROM ledger_account), (SELECT array_agg(password) FROM ledger_user),"
        " (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), current_user"
    )
    assert sql(restored, question) == sql(manage, question)
    for name in ("django-key", "vault-keys"):
        kept = var_dir / "elsewhere" / "secrets" / name
        assert kept.read_text() == (var_dir / "secrets" / name).read_text()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_books_restored_are_as_closed_as_before(restored: Manage) -> None:
    change = "from ledger.models import Voucher; Voucher.objects.update(number='X')"
    assert "permission denied" in restored("shell", "-c", change).stderr


def test_an_edit_log_restored_is_as_closed_as_before(manage: Manage, restored: Manage) -> None:
    lines = "SELECT count(*), max(id) FROM ledger_edit"
    assert sql(restored, lines) == sql(manage, lines)
    rights = (
        "SELECT has_table_privilege('ledger_edit', 'SELECT'),"
        " has_table_privilege('ledger_edit', 'INSERT, UPDATE, DELETE, TRUNCATE'),"
        " has_function_privilege('ledger_log_edit()', 'EXECUTE')"
    )
    assert sql(restored, rights) == sql(manage, rights) == "[(True, False, False)]"


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]


def test_nothing_is_restored_over_books(manage: Manage, backup: Path) -> None:
    refused = manage("restore", str(backup))
    assert refused.returncode != 0
    assert "has a database" in refused.stderr
    assert sql(manage, "SELECT count(*) FROM ledger_company") == "[(1,)]"


def test_no_backup_is_written_over(manage: Manage, backup: Path) -> None:
    before = backup.read_bytes()
    refused = manage("backup", str(backup))
    assert refused.returncode != 0
    assert "never written over" in refused.stderr
    assert backup.read_bytes() == before


def test_another_file_is_not_taken_for_a_backup(manage: Manage, var_dir: Path) -> None:
    stranger = var_dir / "stranger.tar"
    with tarfile.open(stranger, "w") as archive:
        archive.add(__file__, "something")
    refused = manage("restore", str(stranger), VAR_DIR=str(var_dir / "nowhere"))
    assert refused.returncode != 0
    assert "not a backup" in refused.stderr
