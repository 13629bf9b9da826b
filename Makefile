# make run: set up, index, serve.  make test: set up, run the tests.  make check: format, lint, types, imports.
# make evaluate: the measurements, an hour.  make pins: write constraints.txt anew.  make install: only set .venv up.
# PYTHON=python3.12 make run takes another interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run index test check evaluate pins install

run: .venv/installed
	@test -f "$${PLAIDOYER_STORE:-index/store}/current" || $(BIN)/python -m index || test $$? -eq 1
	@$(BIN)/python app.py

index: .venv/installed
	@$(BIN)/python -m index

# Two workers, a core each; a module's tests stay together, for its servers and stores.
test: .venv/tested
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/tested
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

evaluate: .venv/tested
	$(BIN)/python -m index || test $$? -eq 1
	$(BIN)/python -m pytest -m evaluation
	$(BIN)/python -m bot evaluate tests/questions.jsonl
	$(BIN)/python -m bot benchmark
	$(BIN)/python -m bot.measure.indexing
	$(BIN)/python -m bot.measure.reading
	$(BIN)/python -m bot.measure.vectors
	$(BIN)/python -m bot.measure.guard tests/bot/guard/claims_report.jsonl
	$(BIN)/python -m bot.measure.patterns

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d. Name one: make PYTHON=python3.12 run" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (two to five minutes, about 2 GB, once)..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --upgrade "pip>=24"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/tested: .venv/installed
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[check,test]"
	@touch $@

# The newest that pyproject.toml allows, resolved in an environment of its own. torch without the
# "+cpu" of a build, which other platforms lack.
pins:
	@rm -rf build/pins && $(PYTHON) -m venv build/pins
	@build/pins/bin/pip install --quiet --upgrade "pip>=24"
	@build/pins/bin/pip install --quiet --editable ".[chat,check,mcp,oidc,test]"
	@echo "# Written by \`make pins\`: the exact version of all that is installed, on Linux." > constraints.txt
	@build/pins/bin/pip freeze --exclude-editable | sed 's/+cpu$$//' >> constraints.txt
	@rm -rf build/pins
	@echo "constraints.txt is written. Run: make check test"
