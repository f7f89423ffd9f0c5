#!/bin/sh
# Renews the locked dependencies. Hashes are recorded, addresses are not.
set -eu
cd "$(dirname "$0")/.."
flags="--quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe"
# shellcheck disable=SC2086
.venv/bin/pip-compile $flags --extra build --extra dev --output-file requirements/dev.lock pyproject.toml
# shellcheck disable=SC2086
.venv/bin/pip-compile $flags --extra build --constraint requirements/dev.lock --output-file requirements/run.lock pyproject.toml
# shellcheck disable=SC2086
.venv/bin/pip-compile $flags --extra build --extra dev --extra bench --constraint requirements/dev.lock --output-file requirements/bench.lock pyproject.toml
