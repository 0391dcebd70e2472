#!/usr/bin/env bash
# Environment, locked packages and static files. Does nothing where all is up to date.
#   tools/setup.sh        what running needs
#   tools/setup.sh dev    and what tests and checks need beside it
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf '%s\n' "$*" >&2; exit 1; }
python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=python3.12 setup"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; $("$python" --version) was found."
command -v npm >/dev/null || fail "Node.js with npm is needed, for the design system's files."

mkdir -p var
stamp() { cat "$@" | cksum; }

# Counts the packages as pip comes to them: on one line at a terminal, every tenth elsewhere. The whole of it goes to a log.
follow() {
  awk -v of="$(grep -c '==' "$1")" -v log_file="$log" -v terminal="$([ -t 1 ] && echo 1)" '
    { print > log_file }
    /^(Collecting|Requirement already satisfied:|Ignoring) / { tell(++seen, $0 ~ /^Requirement/ ? $4 : $2) }
    /^Installing collected packages/ { if (terminal) printf "\r\033[K"; print "  Unpacking them"; fflush() }
    function tell(number, name) {
      if (terminal) printf "\r\033[K  %d of %d: %s", number, of, name
      else if (number % 10 == 0) printf "  %d of %d\n", number, of
      fflush()
    }'
}

install() { # file, what for
  log=var/install.log
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  echo "Python packages for $2 (once)"
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes -r "$1" 2>&1 | follow "$1" ||
    { tail -n 15 "$log" >&2; fail "The packages could not be installed. What pip said is in $log."; }
}

running=$(stamp requirements.txt) testing=$(stamp requirements-dev.txt)
if [ "${1:-}" = dev ]; then
  if [ "$(cat .venv/locked-dev 2>/dev/null)" != "$testing" ]; then
    install requirements-dev.txt "running, tests and checks"
    printf '%s' "$testing" > .venv/locked-dev
    printf '%s' "$running" > .venv/locked
  fi
elif [ "$(cat .venv/locked 2>/dev/null)" != "$running" ]; then
  install requirements.txt running
  printf '%s' "$running" > .venv/locked
fi

wanted=$(stamp package-lock.json pqip/govuk/build_assets.mjs)
if [ "$(cat static/build/locked 2>/dev/null)" != "$wanted" ]; then
  echo "The design system's styles and scripts (once)"
  npm ci --silent --no-audit --no-fund
  npm run --silent build
  printf '%s' "$wanted" > static/build/locked
fi

if [ ! -e .env ]; then
  printf '# Made by make setup: this clone runs with made-up data. See .env.example.\nPQIP_DEMO=yes\n' > .env
fi
