#!/bin/sh
# Reads outputs of `genba convert` through Python's readers. Makes an environment for them first (about 500 MB;
# GENBA_PEERS=DIR uses one that is there already).
#
# usage: Tests/Interop/run.sh GENBA
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -n "${GENBA_PEERS:-}" ]; then
  environment=$GENBA_PEERS
else
  environment=$here/.environment
  [ -x "$environment/bin/python" ] || python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/readers.py" "$1"
