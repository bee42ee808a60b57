"""Who may import whom, and what imports cannot show."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.server import PROJECT

LINTER = str(Path(sys.executable).with_name("lint-imports"))
BELOW = {"ledger": {"ledger"}, "connections": {"connections", "ledger"}}
FRAMEWORK = {"auth", "contenttypes"}


def test_every_import_contract_is_kept() -> None:
    done = subprocess.run([LINTER], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("app", BELOW)
def test_no_model_points_to_an_app_above_its_own(app: str) -> None:
    related = {
        field.related_model._meta.app_label
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and isinstance(field.related_model, type)
    }
    assert related <= BELOW[app] | FRAMEWORK
