"""What is backed up comes back, elsewhere, and nothing is written over."""

import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Manage = Callable[..., "CompletedProcess[str]"]


def sql(manage: Manage, statement: str, **env: str) -> str:
    code = (
        "from django.db import connection; c = connection.cursor(); "
        f"c.execute({statement!r}); print(c.fetchall() if c.description else 'done')"
    )
    done = manage("shell", "--verbosity=0", "-c", code, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def backup(manage: Manage, var_dir: Path) -> Path:
    """Return a backup of books with one company."""
    assert manage("setup_database").returncode == 0
    founded = manage(
        "create_company",
        "Asha & Söhne",
        "--state=27",
        "--owner=a@example.com",
        "--password=long pass",
    )
    assert founded.returncode == 0, founded.stderr
    file = var_dir / "backups" / "one.tar"
    assert manage("backup", str(file)).stdout.strip() == str(file)
    return file


def test_a_backup_comes_back_in_an_empty_folder(
    manage: Manage, backup: Path, var_dir: Path
) -> None:
    elsewhere = var_dir / "elsewhere"
    done = manage("restore", str(backup), VAR_DIR=str(elsewhere))
    assert done.returncode == 0, done.stderr
    for question in (
        "SELECT name, state FROM ledger_company",
        "SELECT count(*) FROM ledger_account",
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT email, password FROM ledger_user",
        "SELECT current_user",
    ):
        assert sql(manage, question, VAR_DIR=str(elsewhere)) == sql(manage, question)
    for name in ("django-key", "vault-keys"):
        kept = elsewhere / "secrets" / name
        assert kept.read_text() == (var_dir / "secrets" / name).read_text()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_books_restored_are_as_closed_as_before(
    manage: Manage, backup: Path, var_dir: Path
) -> None:
    elsewhere = str(var_dir / "elsewhere")
    assert manage("restore", str(backup), VAR_DIR=elsewhere).returncode == 0
    refused = manage(
        "shell",
        "-c",
        "from ledger.models import Voucher; Voucher.objects.update(number='X')",
        VAR_DIR=elsewhere,
    )
    assert "permission denied" in refused.stderr


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
    refused = manage("restore", str(stranger), VAR_DIR=str(var_dir / "elsewhere"))
    assert refused.returncode != 0
    assert "not a backup" in refused.stderr
