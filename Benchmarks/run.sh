#!/bin/sh
# Compares Genba with its Python peers, alternately, one thread against one. Makes what is missing: the peers (8 GB;
# GENBA_PEERS=DIR uses an environment that is there already), the inputs and the release builds.
#
# usage: Benchmarks/run.sh [run.py's options]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peers=${GENBA_PEERS:-$here/.peers}
[ -x "$peers/bin/python" ] || bash "$here/peers.sh" "$peers"
echo "building (release) ..." >&2
swift build --package-path "$here/.." -c release --product genba >&2
swift build --package-path "$here" -c release >&2
exec "$peers/bin/python" "$here/run.py" "$@"
