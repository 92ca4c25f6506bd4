#!/bin/sh
# Pins requirements/*.txt, with hashes and for every platform, to versions that satisfy requirements/*.in. What is
# pinned already stays unless --upgrade is given. The tests run on the versions of run.txt: hence the constraint.
set -eu
cd "$(dirname "$0")/.."

pin() {
    name=$1
    shift
    .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
        "$@" "requirements/$name.in" -o "requirements/$name.txt" >/dev/null
}

pin build "$@"
pin lock "$@"
pin run "$@"
pin aws "$@" --constraint requirements/run.txt
pin dev "$@" --constraint requirements/run.txt --constraint requirements/aws.txt
pin ministack "$@"
pin audit "$@" --constraint requirements/run.txt --constraint requirements/dev.txt
