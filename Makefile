# The commands of README.md. Each installs what it is missing first, saying so, and then does its work.

LIBRARIES := sndfile vorbisfile libmpg123 libavformat libavcodec libavutil libswscale libswresample libpng libjpeg zlib libcrypto
PACKAGES := pkg-config libsndfile1-dev libvorbis-dev libmpg123-dev libavformat-dev libavcodec-dev libavutil-dev \
  libswscale-dev libswresample-dev libpng-dev libjpeg62-turbo-dev zlib1g-dev libssl-dev
ARM64_PACKAGES := libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user
SWIFT_SOURCES := Sources Tests Examples Benchmarks/Sources Package.swift Benchmarks/Package.swift
GENBA := .build/release/genba
# Suites whose work is done by several threads, in the tests or in the programs that they start.
THREADED := "Parallel|OrderedWork|Conver|Worker|Stereo|VideoCommand|Camera|ClipSampler|Stream|Batch|MediaReader"

.PHONY: help demo test test-asan test-tsan test-arm64 interop bench lint format setup

help: ## List these commands.
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: setup ## Build, convert the sample recordings to tensors, show what came out.
	@echo "Building (release); the first time takes a few minutes ..."
	@swift build -c release --product genba
	@sh Examples/demo/run.sh $(GENBA) out/demo

test: setup ## Run all tests.
	swift test --disable-xctest

test-asan: setup ## Run all tests under AddressSanitizer and LeakSanitizer, in a build folder of its own.
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.supp:print_suppressions=0 \
	  swift test --sanitize=address --disable-xctest --scratch-path .build-asan

test-tsan: setup ## Run the tests that use threads under ThreadSanitizer, in a build folder of its own.
	TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/races.supp print_suppressions=0" \
	  swift test --sanitize=thread --disable-xctest --scratch-path .build-tsan --filter $(THREADED)

test-arm64: ## Cross-compile the kernels for arm64 and compare them with this machine's, under qemu.
	@$(call install-if, ! command -v qemu-aarch64 || ! ls /usr/lib/gcc-cross/aarch64-linux-gnu, $(ARM64_PACKAGES))
	sh Tests/KernelsArm64/run.sh

interop: setup ## Read outputs of convert through webdataset, HF datasets, pyarrow, duckdb and safetensors (from PyPI).
	swift build -c release --product genba
	sh Tests/Interop/run.sh $(GENBA)

bench: setup ## Compare with the Python peers (makes their environment first: 8 GB).
	sh Benchmarks/run.sh

lint: ## Check the formatting.
	swift format lint --strict -r $(SWIFT_SOURCES)

format: ## Format all sources.
	swift format -i -r $(SWIFT_SOURCES)

setup:
	@command -v swift > /dev/null || { echo "Swift 6.2 or later is needed: https://www.swift.org/install"; exit 1; }
	@$(call install-if, ! command -v pkg-config || ! pkg-config --exists $(LIBRARIES), $(PACKAGES))

# $(call install-if, CONDITION, PACKAGES): installs Debian packages if the condition holds, as root or through sudo.
define install-if
  if { $(1); } > /dev/null 2>&1; then \
    if ! command -v apt-get > /dev/null; then \
      echo "Missing libraries. Install what your system calls these Debian packages:"; echo "  $(strip $(2))"; exit 1; \
    elif [ "$$(id -u)" = 0 ]; then sudo=; \
    elif command -v sudo > /dev/null; then sudo=sudo; \
    else \
      echo "Missing libraries, and no right to install them. Ask an administrator to run:"; \
      echo "  apt-get install $(strip $(2))"; exit 1; \
    fi; \
    echo "Installing with apt-get: $(strip $(2))"; \
    $$sudo apt-get -qq update && \
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(2) > /dev/null; \
  fi
endef
