#!/bin/sh
# Unpacks picture packages of Debian main for the benches, without installing them: setup/media.sh FOLDER PACKAGE...
# What cannot be had is left out; the bench says what it used.
set -eu
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
for package in "$@"; do
    [ -e ".$package" ] && continue
    echo "Fetching pictures: $package"
    if apt-get download -qq "$package" >/dev/null 2>&1; then
        dpkg-deb -x "${package}"_*.deb . && touch ".$package"
        rm -f "${package}"_*.deb
    else
        echo "  not to be had here; going on without" >&2
    fi
done
