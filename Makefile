# Each target makes .venv and installs what it needs by itself: python3 (3.11 or newer) and make are enough.

PYTHON ?=
WORKERS ?= 2
BIN := .venv/bin
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
BENCH_VENV ?= /tmp/junshi-bench-venv

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo page test lint format types layers tests browser docs example bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(RUN): pyproject.toml .ci/install
	PYTHON="$(PYTHON)" .ci/install figures,page
	@touch $@

$(DEV): pyproject.toml .ci/install
	PYTHON="$(PYTHON)" .ci/install dev
	@touch $(RUN) $@

demo: $(RUN) ## from a job log to a supply-robust plan, printed and kept in runs/demo
	$(BIN)/junshi demand examples/logs/jobs.csv.gz --horizon 12 --out examples/demand/jobs.toml --force
	$(BIN)/junshi demand examples/logs/serving.csv.gz --horizon 12 --out examples/demand/serving.toml --force
	$(BIN)/junshi plan examples/demo.toml --out runs/demo

page: $(RUN) ## the page, on this machine only
	$(BIN)/junshi serve

test: lint types layers tests ## all that CI checks

lint: $(DEV) ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV) ## put the code into its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## strict types
	$(BIN)/mypy

layers: $(DEV) ## which folder may import which
	$(BIN)/lint-imports

tests: $(DEV) browser ## the tests; WORKERS=1 runs them in one process
	$(BIN)/pytest -n $(WORKERS)

browser: ## Chromium and Chinese fonts for the browser tests, where apt-get may install them
	@.ci/browser

docs: $(DEV) ## write the generated pages again
	$(BIN)/python docs/generate.py

example: $(DEV) ## write the example of the READMEs again, from a run of the demo
	$(BIN)/python docs/example.py

bench: $(DEV) ## the benchmarks, with the other builders and solvers in their own environment
	BENCH_VENV="$(BENCH_VENV)" PYTHON="$(PYTHON)" .ci/install bench
	$(BENCH_VENV)/bin/python -m benchmarks

clean: ## remove .venv and caches, keep runs
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
