#!/bin/bash
# setup.sh - Gradescope runs this once, as root, when it makes the image of an assignment: installs what is missing
# and builds proclab. Where everything is installed already, it needs no network. What it prints is the build's log.
set -eu
cd "$(dirname "$(readlink -f "$0")")/proclab"
chmod +x tests/support/install-packages # a zip need not keep it
tests/support/install-packages make python3
make deps
make -j"$(nproc)" all
# An image that cannot grade is no image: the skeleton gets its 0 points, and a report.
lab=$(cat ../lab)
status=0
build/proclab grade "$lab" --file "labs/$lab/skeleton.c" --json=/tmp/setup-results.json >/tmp/setup.log || status=$?
if [ "$status" != 1 ] || ! grep -q '"score": 0' /tmp/setup-results.json; then
    cat /tmp/setup.log
    echo "setup.sh: proclab cannot grade here: exit status $status" >&2
    exit 1
fi
rm -f /tmp/setup-results.json /tmp/setup.log
echo "setup.sh: the autograder of $lab is ready"
