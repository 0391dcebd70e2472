# The project's commands. `make run` and `make test` work from a fresh clone.
PYTHON ?= python3
export PYTHON
PY := .venv/bin/python
SCALE ?= 1
ARGS ?=
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help

.PHONY: help setup dev run test t t-stop lint hooks bench faults mutants lock clean

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: setup ## the whole service with made-up data, on this machine (PORT=8001)
	@$(PY) -m pqip.run

test: lint ## checks and the whole test suite, on servers of its own
	@bash tools/test.sh

t: dev ## some tests, at once: make t ARGS="tests/core/test_logs.py -k fault"
	@PQIP_TEST_KEPT=t $(PY) -m pytest -q --reuse-db $(ARGS)

t-stop: ## stop the servers that `make t` keeps
	@$(PY) -m tests.harness.kept t stop

lint: dev ## style, import directions, missing migrations, system checks
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not formatted: run .venv/bin/ruff format ." >&2; exit 1; }
	@.venv/bin/lint-imports --no-logo 2>&1 | tail -n 4
	@.venv/bin/mypy
	@$(PY) manage.py makemigrations --check --dry-run >/dev/null || { echo "A model has no migration: run manage.py makemigrations" >&2; exit 1; }
	@$(PY) manage.py check --fail-level WARNING

hooks: dev ## have git run `make lint` before each commit of this clone
	@.venv/bin/pre-commit install

bench: dev ## pages, reports and imports beside what the database can do (SCALE=10)
	@$(PY) -m tools.bench --scale $(SCALE)

faults: dev ## the drills that are too long for every run
	@$(PY) -m pytest -q -m fault tests/faults tests/machines tests/assessments/test_order.py tests/reports/test_disclosure.py tests/demo/test_attack.py

mutants: dev ## try the tests on faults made in rules/ and derived/: make mutants ARGS=learners/rules/timeline.py
	@$(PY) -m tools.mutants $(ARGS)

lock: dev ## compile the dependency locks anew
	@bash tools/lock.sh

setup: ## packages and styles that running needs
	@bash tools/setup.sh

dev: ## and what tests and checks need
	@bash tools/setup.sh dev

clean: ## remove what was built and installed
	@rm -rf static/build var .venv node_modules
