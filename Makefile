# Wraps the scripts; they need no make.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all build demo test bench coupons models faults load power power-cuts simulate planted fuzz install uninstall lint clean
all: build

build:
	scripts/build

demo:
	scripts/demo

test:
	scripts/test

lint:
	scripts/lint

bench:
	scripts/bench

# A year of real coupon campaigns through three regions.
coupons:
	scripts/coupons

# Every state of the models of the protocol, and of their naive variants.
models:
	scripts/models

# Every fault at every call of every writing command: an hour or two.
faults:
	scripts/faults

# Twenty processes in each of three regions at once, for LOAD_SECONDS (ten minutes).
load:
	scripts/load

# Power cuts on ext4 images; needs root and loop devices.
power:
	scripts/power

# Power cuts at every call over a simulated disk, with every subset of what was not durable.
power-cuts:
	scripts/powercuts

# Every parser of foreign bytes for FUZZ_SECONDS (60) each.
fuzz:
	scripts/fuzz

# SEEDS=FIRST..LAST: lives of whole federations; a night is 1..10000.
simulate:
	scripts/simulate --seeds $(or $(SEEDS),1..1000) --steps 150

planted:
	scripts/planted


install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	    "$(DESTDIR)$(PREFIX)/share/man/man5" "$(DESTDIR)$(PREFIX)/share/man/man7"
	install -m 0755 .build/release/scrip "$(DESTDIR)$(PREFIX)/bin/scrip"
	for section in 1 5 7; do \
	    install -m 0644 man/*.$$section "$(DESTDIR)$(PREFIX)/share/man/man$$section/"; \
	done
	scripts/install-completions "$(DESTDIR)$(PREFIX)"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/scrip"
	for section in 1 5 7; do \
	    for page in man/*.$$section; do \
	        rm -f "$(DESTDIR)$(PREFIX)/share/man/man$$section/$${page##*/}"; \
	    done; \
	done

clean:
	rm -rf .build Benchmarks/.build Tests/Fuzzing/.build
