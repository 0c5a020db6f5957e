# `make demo` and `make test` set everything up by themselves; both need python3 (3.11 or newer, with venv) and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-server seal check bench pictures messages lock clean

$(VENV)/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/ready
	$(BIN)/kmdx demo

# Three at once: tests wait for terminals and browsers as much as they compute, on two cores too.
test: $(VENV)/ready
	$(BIN)/python -m pytest -n 3 --dist loadfile

# What touches a database, once more on a throw-away PostgreSQL server (Debian: postgresql, openssl).
ON_SERVER := tests/models/test_*.py tests/models/services tests/models/queries tests/kmdx_tui/test_flow_by_commands.py \
	tests/kmdx_tui/test_cli_server.py tests/screens/test_lost_line.py

test-server: $(VENV)/ready
	tools/test_server.sh $(BIN)/python -m pytest -n 2 --dist loadfile $(ON_SERVER)

# Pairs of databases that differ only in what is hidden, by the thousand: does anything tell them apart? (half an hour)
PAIRS ?= 4000

seal: $(VENV)/ready
	KMDX_SEAL_PAIRS=$(PAIRS) KMDX_SEAL_SCREENS=200 $(BIN)/python -m pytest -n 2 tests/seal

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/ready
	$(BIN)/python -m bench

pictures: $(VENV)/ready
	$(BIN)/python tools/pictures.py

messages: $(VENV)/ready
	$(BIN)/python tools/messages.py

lock: $(VENV)/ready
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
