# Two commands: `make run` and `make test`. Everything lands in .venvs/ and var/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install run test bench lint lock clean

VENVS := $(CURDIR)/.venvs
UV := $(shell command -v uv || echo $(VENVS)/uv/bin/uv)
BIN := $(VENVS)/warehouse/bin

help:  ## Show the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install  ## Install, start and fill everything; Ctrl-C stops it
	@exec $(BIN)/iscm up

test: install  ## Run every test, on scratch databases and folders of their own
	@$(BIN)/pytest -n logical --maxprocesses 4

bench: install  ## How fast files land, beside psql, pandas and dlt
	@$(BIN)/python -m bench.ingest

lint: install  ## Style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/sqlfluff lint -q dbt_project

install: $(VENVS)/warehouse/.done $(VENVS)/airflow/.done $(VENVS)/superset/.done  ## The three locked environments

$(VENVS)/uv/bin/uv:
	@python3 -m venv $(VENVS)/uv 2>/dev/null || { rm -rf $(VENVS)/uv; \
	  [ $$(id -u) = 0 ] && command -v apt-get >/dev/null && apt-get install -y -qq python3-venv >/dev/null && python3 -m venv $(VENVS)/uv; } \
	  || { echo "python3 has no venv module; install it first: apt-get install python3-venv" >&2; exit 1; }
	@$(VENVS)/uv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock

$(VENVS)/warehouse/.done: requirements.lock pyproject.toml | $(UV)
	@echo "installing the warehouse environment (the first time: a minute or two)"
	@$(UV) venv -q --allow-existing --no-config --python python3 $(VENVS)/warehouse
	@$(UV) pip sync -q --require-hashes --python $(VENVS)/warehouse requirements.lock
	@$(UV) pip install -q --no-deps --no-build-isolation --python $(VENVS)/warehouse -e .
	@touch $@

$(VENVS)/airflow/.done: dags/requirements.lock | $(UV)
	@echo "installing the Airflow environment (the first time: a minute or two)"
	@$(UV) venv -q --allow-existing --no-config --python python3 $(VENVS)/airflow
	@$(UV) pip sync -q --require-hashes --python $(VENVS)/airflow dags/requirements.lock
	@touch $@

$(VENVS)/superset/.done: superset/requirements.lock | $(UV)
	@echo "installing the Superset environment (the first time: a minute or two)"
	@$(UV) venv -q --allow-existing --no-config --python python3 $(VENVS)/superset
	@$(UV) pip sync -q --require-hashes --python $(VENVS)/superset superset/requirements.lock
	@touch $@

lock: | $(UV)  ## Resolve all environments anew
	@$(UV) pip compile -q --no-header --universal --python-version 3.11 --generate-hashes --no-emit-index-url -U --group dev pyproject.toml -o requirements.lock
	@for room in dags superset; do $(UV) pip compile -q --no-header --universal --python-version 3.11 --generate-hashes --no-emit-index-url -U $$room/requirements.in -o $$room/requirements.lock; done
	@echo uv | $(UV) pip compile -q --no-header --universal --python-version 3.11 --generate-hashes --no-emit-index-url -U - -o requirements-uv.lock

clean:  ## Remove environments and all data of this folder
	rm -rf $(VENVS) var
