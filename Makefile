# Two commands do everything: `make run` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test

.PHONY: run test check audit bundle clean

run: $(STAMP)
	@$(BIN)/assistant models prepare
	@$(BIN)/assistant ingest --if-empty eval/sample/documents
	@$(BIN)/assistant serve

test: $(TEST_STAMP) check
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# dist/policy-assistant-….tar installs on a machine with no network: tar xf, sh install.sh [FOLDER]
bundle: $(STAMP)
	@$(BIN)/python -m assistant.deploy.bundle

# Known vulnerabilities of what is installed, as the package index knows them; fails as well where it cannot ask there.
audit: $(STAMP)
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet pip-audit
	$(VENV)-audit/bin/pip-audit --strict --path "$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(TEST_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[test]"
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-audit .pytest_cache .mypy_cache .ruff_cache
