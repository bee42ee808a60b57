"""Mail by EMAIL_URL: what the environment says is what Django gets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import PROJECT

PRINT = (
    "import json; from config import settings as s; print(json.dumps([s.MAIL_IS_CONFIGURED,"
    " s.EMAIL_BACKEND, getattr(s, 'EMAIL_HOST', ''), getattr(s, 'EMAIL_USE_TLS', False),"
    " s.DEFAULT_FROM_EMAIL]))"
)
SMTP = "django.core.mail.backends.smtp.EmailBackend"
NONE = "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, [False, NONE, "", False, "Counterfoil <counterfoil@books.example.com>"]),
        (
            {
                "EMAIL_URL": "smtp+tls://me:secret@mail.example.com:587",
                "EMAIL_FROM": "Books <books@example.com>",
            },
            [True, SMTP, "mail.example.com", True, "Books <books@example.com>"],
        ),
    ],
    ids=["no mail", "SMTP"],
)
def test_mail_is_as_the_environment_says(
    var_dir: Path, variables: dict[str, str], said: list[object]
) -> None:
    environment = {**os.environ, "VAR_DIR": str(var_dir), "PUBLIC_URL": "https://books.example.com"}
    for name in ("EMAIL_URL", "EMAIL_FROM"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", PRINT],
        env=environment | variables,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == said
