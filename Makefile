# The project's commands. `make run` and `make test` work from a fresh clone.
PYTHON ?= python3
export PYTHON
PY := .venv/bin/python
SCALE ?= 1
SHELL := /bin/bash -o pipefail

.PHONY: setup run test lint bench faults lock clean

setup:
	@bash tools/setup.sh

run: setup
	@$(PY) -m pqip.run

test: setup lint
	@$(PY) -m pytest -n 3 --dist loadfile -q -m "not fault" --ignore=tests/faults --ignore=tests/trip
	@$(PY) -m pytest -q -m "not fault" tests/faults tests/trip

lint: setup
	@$(PY) -m ruff check --quiet .
	@.venv/bin/lint-imports --no-logo 2>&1 | tail -n 4
	@$(PY) manage.py makemigrations --check --dry-run >/dev/null || { echo "A model has no migration: run manage.py makemigrations" >&2; exit 1; }
	@$(PY) manage.py check --fail-level WARNING

bench: setup
	@$(PY) -m tools.bench --scale $(SCALE)

faults: setup
	@$(PY) -m pytest -q -m fault tests/faults tests/machines tests/assessments/test_order.py

lock: setup
	@bash tools/lock.sh

clean:
	@rm -rf static/build var .venv node_modules
