#!/bin/sh
# Puts what requirements/<kind>.txt pins, and Byline itself, into .venv; at once finished when nothing changed.
#   tools/setup.sh run     what the portal needs
#   tools/setup.sh dev     that, and what the tests and linters need
#   tools/setup.sh lock    that of `run`, and what pins the requirement files
# PYTHON names the interpreter (python3).
set -eu
cd "$(dirname "$0")/.."
kind=$1
python=${PYTHON:-python3}
pip=".venv/bin/python -m pip --quiet --quiet --disable-pip-version-check install --no-build-isolation --use-pep517"

case $kind in
    run) files="build run" ;;
    dev) files="build run dev" ;;
    lock) files="build run lock" ;;
    *) echo "setup: run, dev or lock, not '$kind'" >&2; exit 2 ;;
esac

# A path and an interpreter belong to the state too: the commands in .venv/bin name both.
state() {
    pwd
    .venv/bin/python -VV
    for file in $files; do cat "requirements/$file.txt"; done
    cat pyproject.toml
}
ready=.venv/.ready-$kind
if [ -x .venv/bin/byline ] && [ -f "$ready" ] && [ "$(state 2>&1 | cksum)" = "$(cat "$ready")" ]; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Byline needs Python 3.11 or newer, and '$python' is not one." >&2
    echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "'$python' cannot make virtual environments: its venv module is packaged on its own." >&2
    echo "Install it (Debian, Ubuntu: apt-get install python3-venv) and try again." >&2
    exit 1
fi

echo "Installing what requirements/$kind.txt pins into .venv; the first time takes a minute or so." >&2
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi
# The build back end comes first (requirements/build.txt), and no build is isolated: pip would fetch one for each
# package that has no wheel, and for Byline itself, without any hash to vouch for it.
for file in $files; do
    $pip --require-hashes -r "requirements/$file.txt"
done
$pip --no-deps --editable .
state 2>&1 | cksum > "$ready"
