# The front door. meson and ninja do the work; everything here is one line
# of what HACKING.md explains. Each target first installs the Debian packages
# that it needs (tools/setup; VERACLAVE_SETUP=skip turns that off).
#
#   make            build/veraclave, its libraries and manual pages
#   make boot       our kernel and init into build/boot (minutes, once)
#   make demo       build an example enclave image twice and boot it
#   make test       unit tests, also under sanitizers, and whole-program tests
#   make check      the checks that keep the house in order
#   make fuzz T=60  every fuzz target for T seconds
#   make interop    boot in QEMU's nitro-enclave machine and compare PCRs
#   make bench      speed and memory against their limits
#   make install    to PREFIX (/usr/local) below DESTDIR

BUILD = build
PREFIX = /usr/local
DESTDIR =
T = 60

all:
	@tools/setup build
	@test -f $(BUILD)/build.ninja || meson setup --prefix $(PREFIX) $(BUILD)
	@ninja -C $(BUILD) program

boot: all
	@tools/setup build demo
	@tools/boot-dir $(BUILD)/boot

demo: all
	@tools/setup build demo
	@examples/demo.sh

test: all
	@tools/setup build test
	@tests/run

check:
	@tools/setup build test
	@tools/check

fuzz:
	@tools/setup build test
	@tools/fuzz -t $(T)

interop: all
	@tools/setup build interop
	@tests/interop/run

bench: all
	@tools/setup build test bench
	@ninja -C $(BUILD) test-programs
	@tests/bench/run

install:
	@tools/setup build
	@tools/install $(BUILD) $(PREFIX) '$(DESTDIR)'

clean:
	rm -rf $(BUILD) build-asan build-gcc build-clang build-fuzz

help:
	@sed -n 's/^#   //p' Makefile

.PHONY: all boot demo test check fuzz interop bench install clean help
