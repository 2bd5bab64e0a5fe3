# Everything runs from .venv, which the first target to need it makes from the pinned versions in requirements/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv from the pinned versions

$(READY): requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --python .venv --require-hashes -r requirements/dev.txt
	@touch $@

# ---- proof

.PHONY: test unit lint campaigns

test: $(READY) ## every test there is, the campaigns aside: unit, properties, real servers, the deployed template
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

unit: $(READY) ## the tests that need no server, in seconds
	$(BIN)/pytest tests/unit tests/properties

lint: $(READY) ## format, lint, types, the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

.PHONY: check-store
check-store: $(READY) ## does the store at S3_ENDPOINT_URL refuse what it must? (BUCKET_NAME=…)
	@$(BIN)/python -m local.check_store

# ---- deployed: on this machine into an AWS emulator, or to an account

.PHONY: demo stack stack-down build deploy
ARCH ?= x86_64
STACK ?= pdf-links
PARAMETERS ?=
SAM := .tools/sam/bin/sam

demo: $(READY) ## watch all of it happen on this machine, deployed into an AWS emulator
	@$(BIN)/python -m local.demo

stack: $(READY) ## leave the deployed stack running, to play with
	@$(BIN)/python -m local.stack up

stack-down: $(READY) ## end it
	@$(BIN)/python -m local.stack down

build: $(READY) ## the functions' zip for Lambda (ARCH=x86_64 or arm64)
	@$(BIN)/python -m local.package $(ARCH)

deploy: build $(SAM) ## build, and deploy to your AWS account (STACK=name, PARAMETERS="Name=value ...")
	SAM_CLI_TELEMETRY=0 $(SAM) deploy --template-file template.yaml --stack-name $(STACK) --resolve-s3 \
		--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides Architecture=$(ARCH) $(PARAMETERS)

$(SAM): requirements/sam.txt | $(READY)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .tools/sam
	$(BIN)/uv pip install --quiet --python .tools/sam --require-hashes -r requirements/sam.txt
	@touch $@
