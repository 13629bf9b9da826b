# make run: set up, index, serve.  make test: set up, run every test.  make install: only set .venv up.
# PYTHON=python3.12 make run takes another interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test install index

run: .venv/installed
	@test -f "$${PLAIDOYER_STORE:-index/store}/current" || $(BIN)/python -m index || test $$? -eq 1
	@$(BIN)/python app.py

index: .venv/installed
	@$(BIN)/python -m index

test: .venv/tested
	$(BIN)/python -m pytest

install: .venv/installed

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d. Name one: make PYTHON=python3.12 run" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (two to five minutes, about 2 GB, once)..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --upgrade "pip>=24"
	@$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/tested: .venv/installed
	@$(BIN)/pip install --quiet --editable ".[test]"
	@touch $@
