#!/bin/sh
# Builds the kernels and their test for this machine and for arm64, runs both, and compares what must be equal bit for
# bit. Needs clang with lld, and for arm64 on another machine Debian's cross libraries and qemu's user mode.
set -eu

cd "$(dirname "$0")/../.."
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need clang "clang (it comes with Swift)"
if [ "$(uname -m)" != aarch64 ]; then
  need qemu-aarch64 qemu-user
  [ -e /usr/aarch64-linux-gnu/lib/libc.a ] || missing="$missing libc6-dev-arm64-cross"
  ls /usr/lib/gcc-cross/aarch64-linux-gnu/*/libgcc.a >/dev/null 2>&1 || missing="$missing libgcc-12-dev-arm64-cross"
fi
if [ -n "$missing" ]; then
  echo "run.sh: missing:$missing" >&2
  exit 2
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
build() {
  clang -std=gnu11 -fuse-ld=lld -Wall -Wextra -Werror "$@" -ISources/CGenbaKernels/include \
    Sources/CGenbaKernels/*.c Tests/KernelsArm64/*.c -lm
}

echo "$(uname -m):"
# Optimised, the sanitizers take a minute to compile.
build -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all -o "$out/sanitized"
"$out/sanitized" >"$out/sanitized.txt"
build -O2 -o "$out/native"
"$out/native" >"$out/native.txt"
cmp "$out/sanitized.txt" "$out/native.txt"

if [ "$(uname -m)" != aarch64 ]; then
  echo "aarch64, under qemu:"
  build -O2 --target=aarch64-linux-gnu -static -o "$out/arm64"
  qemu-aarch64 "$out/arm64" >"$out/arm64.txt"
  if ! diff "$out/native.txt" "$out/arm64.txt"; then
    echo "run.sh: the kernels differ between $(uname -m) and aarch64" >&2
    exit 1
  fi
fi
echo "$(wc -l <"$out/native.txt") checksums equal"
