#!/usr/bin/env bash
# Compile requirements*.in into locks with hashes. The locks name packages only, never where they came from.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in requirements requirements-dev; do
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-annotate --no-header "$name.in" -o "$name.txt" "$@"
done
if grep -nE '^(--|https?:)|://' requirements.txt requirements-dev.txt; then
  echo "A lock names an address; remove it." >&2
  exit 1
fi
