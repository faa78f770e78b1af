# Every target sets up what it needs; a machine needs Python 3.11 or later, make and a package index.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without bytecode each command would compile Prefect anew, which takes ten seconds a time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test quick check bench crash lock format docs clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

# The lock is complete, so nothing is resolved here: pip would look for the newest SQLAlchemy and find no hash.
$(VENV)/runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("CleanClaim needs Python 3.11 or later: make PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(VENV)/runtime ## three nights on the sample inbox against the mock clearinghouse
	$(BIN)/cleanclaim demo

# More workers than two cores: many tests wait for a server or a schedule.
test: $(VENV)/dev ## every test; SEED=N draws other inputs
	PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --seed $(SEED)

quick: $(VENV)/dev ## the fast tests, for the loop of edit and run; says what it leaves out
	PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n 2 --dist loadfile --seed $(SEED) --quick

check: $(VENV)/dev ## format, lint, types, the rooms' arrows, documents current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

bench: $(VENV)/dev ## where we stand, measured on this machine
	$(BIN)/python -m bench

crash: $(VENV)/dev ## kill a night at each of its side effects, and count what the partner saw
	$(BIN)/python -m tests.crash

docs: $(VENV)/dev ## write the generated references again
	$(BIN)/python -m docs.generate

format: $(VENV)/dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## lock the versions again, with hashes and without an index address (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed here
	rm -rf $(VENV)
