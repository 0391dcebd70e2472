#!/usr/bin/env bash
# Environment, locked dependencies and static files. Does nothing where all is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf '%s\n' "$*" >&2; exit 1; }
python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=python3.12 setup"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; $("$python" --version) was found."
command -v npm >/dev/null || fail "Node.js with npm is needed, for the design system's files."

mkdir -p var
stamp() { cat "$@" | cksum; }

wanted=$(stamp requirements-dev.txt)
if [ "$(cat .venv/locked 2>/dev/null)" != "$wanted" ]; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  echo "Installing Python packages"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
  printf '%s' "$wanted" > .venv/locked
fi

wanted=$(stamp package-lock.json pqip/govuk/build_assets.mjs)
if [ "$(cat static/build/locked 2>/dev/null)" != "$wanted" ]; then
  echo "Installing the design system"
  npm ci --silent --no-audit --no-fund
  npm run --silent build
  printf '%s' "$wanted" > static/build/locked
fi

if [ ! -e .env ]; then
  printf '# Made by make setup: this clone runs with made-up data. See .env.example.\nPQIP_DEMO=yes\n' > .env
fi
