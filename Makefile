# Byline, from a checkout to a running portal: `make run`. `make help` lists the rest.
# Settings (BYLINE_…) come from the environment; PYTHON names the interpreter, WORKERS how many tests run at once.

PYTHON ?= python3
WORKERS ?= 2
export PYTHON
# Tests are compiled once, not in each run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := setup
.PHONY: help setup run demo deploy editor test test-quick mutate lint bench bench-editor bench-page bench-cold soak messages lock audit sbom clean setup-dev test-tools

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

setup:  ## what `make` alone does: Byline and what it needs, in .venv
	@tools/setup.sh run

run: setup  ## the portal, on http://127.0.0.1:8000 unless BYLINE_… says otherwise
	@.venv/bin/byline serve

demo: setup  ## the portal with made-up authors, in a folder of its own
	@.venv/bin/byline demo

deploy: setup  ## deploys the portal to AWS, or upgrades it; ARGS='--region …', docs/deploy-aws.md
	@.venv/bin/byline aws deploy $(ARGS)

test: test-tools setup-dev lint  ## every check: linters, types, imports and all tests; installs what they need
	@.venv/bin/python -c "from tests import engines; engines.fetch_dynamodb(); engines.fetch_ministack()"
	@.venv/bin/pytest -q -n $(WORKERS)

test-quick: setup-dev  ## the tests that need neither browser nor DynamoDB nor Lambda; under a minute
	@.venv/bin/pytest -q -n $(WORKERS) --quick

mutate: setup-dev  ## makes small random changes, and says which of them the tests miss; minutes
	@.venv/bin/python -m tools.mutate $(ARGS)

lint: setup-dev  ## style, types, and imports between the packages
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/mypy bench
	@.venv/bin/lint-imports

editor:  ## builds the rich-text editor from the folder editor; needs Node and npm
	@tools/build-editor.sh

bench: setup-dev  ## what requests cost, as ratios to bare peers, and whether timing reveals accounts; minutes, ARGS='--only size' more
	@.venv/bin/python -m bench.run $(ARGS)

bench-editor: setup-dev  ## how soon one can write on a phone, and the longest task while typing; a minute, needs Chromium
	@.venv/bin/python -m bench.editor $(ARGS)

bench-page: setup-dev  ## what Lighthouse says of readers' pages, median of five; minutes, needs Chromium and npm
	@.venv/bin/python -m bench.page $(ARGS)

bench-cold: setup-dev  ## what a cold start on Lambda costs, next to peers; half a minute, needs Java
	@.venv/bin/python -m bench.cold

soak: setup-dev  ## ten minutes of saves, a kill -9 and a backup each minute, and whether anything was lost; ARGS='--minutes 2' less
	@.venv/bin/python -m bench.soak $(ARGS)

messages: setup-dev  ## collects the texts for translators and compiles their translations, docs/languages.md
	@.venv/bin/python -m tools.messages

lock:  ## pins requirements/*.txt for what *.in name; UPGRADE=--upgrade takes newer versions
	@tools/setup.sh lock
	@tools/lock.sh $(UPGRADE)

audit:  ## asks whether a pinned package is known to be vulnerable; red where it could not ask, needs a network and npm
	@tools/audit.sh known

sbom:  ## writes what a release contains into build/sbom, as CycloneDX; needs npm
	@tools/audit.sh list

clean:  ## removes .venv, fetched tools and caches; never data
	rm -rf .venv .tools editor/node_modules build src/byline.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench tools -name __pycache__ -prune -exec rm -rf {} +

setup-dev:
	@tools/setup.sh dev

test-tools:
	@tools/install-test-tools.sh
