# Two commands on a fresh machine: `make demo` and `make test`. Both set themselves up and can be run again.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
ARGS ?=
# The whole suite runs in one process a core, four at most: each takes half a gigabyte. Chosen tests run in one process.
SHARED_OUT := --numprocesses auto --maxprocesses 4 --no-loadscope-reorder

.PHONY: demo test check lint types docs lock bench clean help

help:
	@echo "make demo [ARGS=--no-serve]   load a synthetic village-to-county and answer its questions"
	@echo "make test [ARGS='-k name']    every check: lint, types, layers, tests (REQUIRE_NEO4J=1: none may skip)"
	@echo "make docs                     write the generated pages anew"
	@echo "make bench                    print every ratio of benchmarks/"
	@echo "make lock                     write requirements.lock from requirements.in"

# The lock is the whole answer, so pip must not look for another (--no-deps: old ones reach for a newer release of a
# package that is wanted with an extra, and then refuse it for its missing hash); `pip check` proves that nothing lacks.
$(STAMP): requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip check --disable-pip-version-check > /dev/null
	@touch $@

demo: $(STAMP)
	$(BIN)/python -m graph_service demo $(ARGS)

test: $(STAMP) check
	$(BIN)/python -m pytest $(or $(ARGS),$(SHARED_OUT))

check: lint types

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP)
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/python -m graph_service docs

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.lock

clean:
	rm -rf .venv .data .mypy_cache .pytest_cache .ruff_cache
