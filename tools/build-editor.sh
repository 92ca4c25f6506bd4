#!/bin/sh
# Builds the rich-text editor from the folder editor: one script, and the licences of what is in it.
#   tools/build-editor.sh [FOLDER]     into FOLDER, else into the program
#   tools/build-editor.sh --fetch      only the packages that editor/package-lock.json pins
set -eu
cd "$(dirname "$0")/../editor"

pinned=node_modules/.pinned
if [ ! -f "$pinned" ] || ! cmp -s package-lock.json "$pinned"; then
    command -v npm >/dev/null || { echo "The editor is built by npm and Node: run tools/install-test-tools.sh" >&2; exit 1; }
    echo "Fetching what editor/package-lock.json pins" >&2
    npm ci --ignore-scripts --no-audit --no-fund --silent
    cp package-lock.json "$pinned"
fi
[ "${1:-}" = --fetch ] || node build.mjs "${1:-../src/byline/web/static}"
