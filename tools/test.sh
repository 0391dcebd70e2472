#!/usr/bin/env bash
# The whole suite in two runs on one pair of servers: three files at a time, which use the waits of one another, then one by one
# what measures how long something takes. Files with real processes and browsers begin (tests/harness/files.py).
set -euo pipefail
cd "$(dirname "$0")/.."
export PQIP_TEST_KEPT=suite
trap '.venv/bin/python -m tests.harness.kept suite stop >/dev/null' EXIT
.venv/bin/python -m pytest -q --reuse-db -n 3 --dist loadfile --no-loadscope-reorder -m "not fault and not alone"
.venv/bin/python -m pytest -q --reuse-db -m "alone and not fault"
