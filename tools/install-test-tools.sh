#!/bin/sh
# Installs what the tests need and Python's packages cannot bring: virtual environments, two browsers, Java (for Amazon's
# DynamoDB Local), Node (for CloudFront's functions and for building the editor), Caddy and nginx (for the files in deploy),
# npm, axe-core, and the editor's packages. As root it installs what is missing and says so; else it prints the command and
# fails.
set -eu
cd "$(dirname "$0")/.."

# The tests inject exactly this copy into the pages they examine; tests/browser/axe.py names the same folder.
axe_version=4.14.1
axe_sha256=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
axe_folder=.tools/axe-core-$axe_version

has() {
    command -v "$1" >/dev/null 2>&1
}
has_browser() {
    has chromium || has chromium-browser || has google-chrome \
        || [ -n "$(find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -type f -name 'chrome*' 2>/dev/null)" ]
}

missing=
"${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
has_browser || missing="$missing chromium"
has firefox || has firefox-esr || missing="$missing firefox-esr"
has java || missing="$missing default-jre-headless"
has caddy || missing="$missing caddy"
has nginx || missing="$missing nginx-light"
has node || missing="$missing nodejs"
has npm || missing="$missing npm"
if [ -n "$missing" ]; then
    command="apt-get install -y$missing"
    if ! has apt-get; then
        echo "The tests need programs that are not here; by their Debian names:$missing" >&2
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        echo "The tests need programs that are not here. As root: $command" >&2
        exit 1
    fi
    echo "The tests need programs that are not here, so: $command" >&2
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive $command >/dev/null
fi

if [ ! -f "$axe_folder/axe.min.js" ]; then
    echo "Fetching axe-core $axe_version into $axe_folder" >&2
    mkdir -p .tools
    fetched=$(mktemp -d .tools/fetching.XXXXXX)
    trap 'rm -rf "$fetched"' EXIT
    npm pack --silent --pack-destination "$fetched" "axe-core@$axe_version" >/dev/null
    if ! echo "$axe_sha256  $fetched/axe-core-$axe_version.tgz" | sha256sum --check --status; then
        echo "The package axe-core $axe_version that npm brought is not the one whose hash is pinned in $0" >&2
        exit 1
    fi
    tar -xzf "$fetched/axe-core-$axe_version.tgz" -C "$fetched"
    rm -rf "$axe_folder"
    mv "$fetched/package" "$axe_folder"
fi

tools/build-editor.sh --fetch
