#!/bin/sh
# Makes the virtual environment and installs the locked dependencies: setup/python.sh PYTHON LOCKFILE
set -eu
python=$1
lock=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "jium needs Python 3.11 or newer" >&2; exit 1; }
if [ ! -x .venv/bin/pip ]; then
    "$python" -c 'import ensurepip' 2>/dev/null || "$(dirname "$0")/debian.sh" python3-venv
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing $(grep -c '==' "$lock") locked Python packages …"
# Twice quiet: errors still show, remarks on this machine's own pip settings do not.
.venv/bin/pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes --requirement "$lock"
.venv/bin/pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
