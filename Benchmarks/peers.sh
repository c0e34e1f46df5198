#!/usr/bin/env bash
# Puts the Python references that goldens and benchmarks compare with into a virtual environment at DIR
# (default: Benchmarks/.peers). About 8 GB on disk and a few minutes.
#
# usage: Benchmarks/peers.sh [DIR]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
directory="${1:-$here/.peers}"
if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
  echo "peers.sh: Python 3 with venv is missing: sudo apt-get install python3-venv" >&2
  exit 1
fi
[ -x "$directory/bin/python" ] || python3 -m venv "$directory"
# A CPU-only torch from a local folder of wheels would not load torchvision's and torchcodec's extensions.
PIP_FIND_LINKS='' "$directory/bin/pip" install --quiet --disable-pip-version-check \
  -r "$here/../TestAssets/generate/requirements.txt"
# Its depth code alone is used, and that needs neither lerobot's dependencies nor its newer Python.
"$directory/bin/pip" install --quiet --disable-pip-version-check --no-deps --ignore-requires-python lerobot==0.6.1
"$directory/bin/python" -c 'import torch, torchcodec, torchvision, transformers
print("peers ready: torch", torch.__version__, "transformers", transformers.__version__)'
