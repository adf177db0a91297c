# Everything sets itself up: a virtual environment in .venv, packages from the locks with their hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHARED ?= ../shared

.PHONY: help demo test run chat eval bench lint fix lock nightly

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	@$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'jianbao.pth').write_text(str(pathlib.Path.cwd()))"
	@printf '#!/bin/sh\nexec "%s/$(BIN)/python" -m bot "$$@"\n' "$(CURDIR)" > $(BIN)/jianbao && chmod +x $(BIN)/jianbao
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.core
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.core ## Read the bundled summaries, answer a dozen questions, then chat
	@$(BIN)/jianbao demo

chat: $(VENV)/.core ## Talk in the terminal
	@$(BIN)/jianbao chat

run: $(VENV)/.core ## The Telegram bot (token in JIANBAO_TOKEN)
	@$(BIN)/jianbao run

test: $(VENV)/.dev ## Lint, types and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 -m "not nightly"

nightly: $(VENV)/.dev ## The long runs: fuzzing, crash rounds, load
	$(BIN)/python -m pytest -q -m "nightly"

eval: $(VENV)/.dev ## Grade reading and asking against the gold sets
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/evaluate.py --shared $(SHARED)

bench: $(VENV)/.dev ## Measure speed against peers, in one run
	@$(BIN)/python -m pytest -q tests/bench --benchmark-only -p no:xdist

lint: $(VENV)/.dev ## Lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/.dev ## Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Lock the newest versions that fit, with hashes
	@test -x $(BIN)/uv || ($(PYTHON) -m venv $(VENV) && $(PIP) install uv)
	$(BIN)/uv pip compile pyproject.toml --extra charts --extra desk --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra charts --extra desk --extra cluster --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.lock -q -o requirements-dev.lock
