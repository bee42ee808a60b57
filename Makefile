# Everything starts here: `make run`, `make test`. Needs python3 (3.11 or newer) and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup run test check coverage bench screenshots backup restore format

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
JOBS ?= 2

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(STAMP) ## the virtual environment (.venv) and the database
	@$(MANAGE) setup_database --verbosity 0

run: $(STAMP) ## start everything on 127.0.0.1:8000 (PORT, DATABASE_URL, VAR_DIR, DEMO=0)
	@exec $(BIN)/python -m config.run

test: $(DEV_STAMP) ## all tests, on a database of their own (ARGS="-k word" chooses)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(DEV_STAMP) ## style, import rules, types, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(MANAGE) check --fail-level WARNING

format: $(DEV_STAMP) ## let the tools put code and templates in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

coverage: $(DEV_STAMP) ## which lines and branches the tests reach
	$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report

bench: $(DEV_STAMP) ## the measurements of docs/performance.md
	@$(BIN)/python -m bench $(ARGS)

screenshots: $(DEV_STAMP) ## every page of a demo into docs/screenshots (needs a Chromium)
	$(BIN)/python -m tests.browser.take_screenshots

backup: $(STAMP) ## the database and the secrets into one file (FILE=…, default var/backups/)
	@$(MANAGE) backup $(FILE)

restore: $(STAMP) ## FILE=… into an empty VAR_DIR
	@test -n "$(FILE)" || { echo "Say which: make restore FILE=var/backups/….tar"; exit 2; }
	@$(MANAGE) restore $(FILE)

$(STAMP): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed (make PYTHON=…)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Counterfoil runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	@echo "Installing what tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
