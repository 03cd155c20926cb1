# One line each; `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
# Compiled files make every start of the command line quicker.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check fix soak mutants bench docs screenshots cover dist clean

demo: .venv/.ready
	@$(BIN)/takings demo

test: .venv/.ready
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile

check: .venv/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy core plugins/impos/src plugins/journal/src plugins/square/src plugins/xero/src plugins/_template/src && $(BIN)/lint-imports

fix: .venv/.ready
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

soak: .venv/.ready
	@$(BIN)/python -m pytest -m soak

mutants: .venv/.ready
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -r requirements-mutants.txt && $(BIN)/python -m tests.mutation

bench: .venv/.ready
	@$(BIN)/python -m bench

docs: .venv/.ready
	@$(BIN)/python -m docs._tools.plugin_api && $(BIN)/python -m docs._tools.http_examples && $(BIN)/python -m docs._tools.http_api

screenshots: .venv/.ready
	@TAKINGS_SCREENSHOTS=docs/images $(BIN)/python -m pytest -q tests/e2e/test_wizard.py tests/e2e/test_afterwards.py

cover: .venv/.ready
	@$(BIN)/coverage run -m pytest && $(BIN)/coverage combine -q && $(BIN)/coverage report

dist: .venv/.ready
	@rm -rf dist && for part in . plugins/impos plugins/journal plugins/square plugins/xero; do $(BIN)/python -m build --outdir dist $$part || exit 1; done

clean:
	@rm -rf .venv .mutants dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/.ready: pyproject.toml plugins/impos/pyproject.toml plugins/journal/pyproject.toml plugins/square/pyproject.toml plugins/xero/pyproject.toml requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "takings needs Python 3.11 or newer: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (once) ..." && $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@
