# Everything sets itself up: a virtual environment in .venv, packages from the locks with their hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHARED ?= ../shared

.PHONY: help demo test run chat eval bench lint fix lock nightly doctor coverage mutants fuzz crash sbom audit

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
	$(BIN)/python -m pytest -q -n 2 --ignore=tests/bench -m "not nightly"

nightly: $(VENV)/.dev ## The long runs: fuzzing, crash rounds, load
	$(BIN)/python -m pytest -q --ignore=tests/bench -m "nightly"

doctor: $(VENV)/.core ## Whether everything is in place, and what to do where it is not
	@$(BIN)/jianbao doctor

coverage: $(VENV)/.dev ## Lines and branches of knowledge/ and handlers/ that the tests run
	$(BIN)/python -m pytest -q -n 2 --ignore=tests/bench -m "not nightly" --cov=knowledge --cov=handlers --cov-branch --cov-report=term:skip-covered --cov-fail-under=95

mutants: $(VENV)/.dev ## Change numerals, periods, plan and the outbox, and see whether the tests notice (hours)
	$(BIN)/python -m tests.mutants

fuzz: $(VENV)/.dev ## Fuzz reading, repairing, extracting and asking with atheris, five minutes each
	$(PIP) install "atheris>=3"
	for target in read repair extract parse; do $(BIN)/python -m tests.fuzz $$target --seconds 300 || exit 1; done

crash: $(VENV)/.dev ## Kill 200 processes of each kind at random moments while they write
	$(BIN)/python -m tests.crash --rounds 1600 --seed 11

sbom: $(VENV)/.dev ## The software bill of materials (CycloneDX, sbom.cdx.json)
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.cdx.json

audit: $(VENV)/.dev ## Known weaknesses of the locked packages; needs a database of them (see docs/security.md)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

eval: $(VENV)/.dev ## Grade reading and asking against the gold sets
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/evaluate.py --shared $(SHARED)

bench: $(VENV)/.dev ## Measure speed against peers, in one run
	@mkdir -p .bench
	@$(BIN)/python -m pytest -q tests/bench --benchmark-only --benchmark-json .bench/results.json -p no:xdist -s --timeout 0
	@PYTHONPATH=.:tests $(BIN)/python -m bench.assemble .bench/results.json
	@echo "docs/benchmarks.md"

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
