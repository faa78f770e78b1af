# Every target installs what it needs. Requires Python 3.11 or later, make and a package index.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
SEED ?= 1
CLAIMS ?= 20000
VENV := .venv
BIN := $(VENV)/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without bytecode each command would compile Prefect again, which takes ten seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test quick check bench crash year wheel compiled lock format docs pictures clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

# The lock is complete, so --no-deps: resolving, pip would pick the newest SQLAlchemy, which has no hash here.
$(VENV)/runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("CleanClaim needs Python 3.11 or later: make PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(VENV)/runtime ## three nightly runs on the sample inbox, against the mock clearinghouse
	$(BIN)/cleanclaim demo

# More workers than cores, since some tests wait for a server or a schedule; each collects anew, for 20 s.
test: $(VENV)/dev ## the tests; of the cases that play whole nights, a third; SEED=N draws others
	PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --seed $(SEED) --bounded

quick: $(VENV)/dev ## the fast tests, for use while editing; prints what it leaves out
	PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n 2 --dist loadfile --seed $(SEED) --quick

check: $(VENV)/dev ## format, lint, types, import rules, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

bench: $(VENV)/dev ## run the benchmarks
	$(BIN)/python -m bench

crash: $(VENV)/dev ## kill a nightly run at each of its side effects, and count what the partner received
	$(BIN)/python -m tests.crash
	CLEANCLAIM_FUZZ_INPUTS=2000 $(BIN)/python -m pytest -n 6 --dist loadfile --no-loadscope-reorder --seed $(SEED) tests/crash tests/faults tests/flows tests/fuzz tests/install tests/referees tests/tasks
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --seed $(SEED) -m long tests/bench tests/console tests/docs tests/web

# `make test` plays a small one.
year: $(VENV)/dev ## a generated year, its months closed and recomputed from the raw files; CLAIMS=20000 SEED=1
	$(BIN)/python -m tests.referees.year $(CLAIMS) $(SEED)

wheel: $(VENV)/runtime ## the application as a wheel, in dist/
	$(BIN)/python -m pip wheel --quiet --no-build-isolation --no-deps --no-index --wheel-dir dist .

# The tests see the unpacked wheel before the checkout, whose folders `-m` would put first without PYTHONSAFEPATH.
COMPILED := PYTHONSAFEPATH=1 PYTHONPATH=dist/compiled/unpacked:.
compiled: $(VENV)/dev ## the wheel with compiled modules, in dist/compiled/, and the tests of edi on it
	rm -rf dist/compiled
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 $(BIN)/python -m pip wheel --quiet --no-build-isolation --no-deps --no-index --wheel-dir dist/compiled .
	$(BIN)/python -m zipfile -e dist/compiled/*.whl dist/compiled/unpacked
	$(COMPILED) $(BIN)/python -c 'import edi, sys; sys.exit(not edi.COMPILED)'
	$(COMPILED) $(BIN)/python -m pytest -n 2 --dist loadfile --seed $(SEED) --bounded tests/edi

docs: $(VENV)/dev ## regenerate the reference pages
	$(BIN)/python -m docs.generate

pictures: $(VENV)/dev ## draw the documents' pictures of the console again (needs Chromium)
	$(BIN)/python -m docs.pictures

format: $(VENV)/dev ## format, and fix what the linter can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## lock all versions, with hashes and without an index address (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dask -c requirements.lock pyproject.toml -o requirements-dask.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev -c requirements-dask.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed here
	rm -rf $(VENV)
