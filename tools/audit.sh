#!/bin/sh
# Runs tools/audit.py with the programs that requirements/audit.txt pins, in an environment of their own: they bring
# some fifty packages along, none of which belongs beside the portal.
#   tools/audit.sh known   is any pinned package known to be vulnerable?
#   tools/audit.sh list    what a release contains, as CycloneDX
set -eu
cd "$(dirname "$0")/.."
folder=.tools/audit
pinned=$(cksum < requirements/audit.txt)

if [ "$(cat "$folder/.ready" 2>/dev/null)" != "$pinned" ]; then
    "${PYTHON:-python3}" -m venv --clear "$folder"
    "$folder/bin/python" -m pip --quiet --quiet --disable-pip-version-check install --require-hashes -r requirements/audit.txt
    echo "$pinned" > "$folder/.ready"
fi
exec "$folder/bin/python" -m tools.audit "$@"
