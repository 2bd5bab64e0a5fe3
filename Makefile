# Everything runs from .venv, which the first target to need it makes from the pinned versions in requirements/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/python -m local.uv
READY := .venv/.ready
SAM := .tools/sam/bin/sam
PARLIAMENT := .tools/parliament/bin/python
PARLIAMENT_READY := .tools/parliament/.ready
TYPESCRIPT := web/node_modules/typescript/bin/tsc
BENCH := .tools/bench/bin/python
BENCH_READY := .tools/bench/.ready

.PHONY: help setup

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv from the pinned versions

$(READY): requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) pip install --quiet --python .venv --require-hashes -r requirements/dev.txt
	@touch $@

# ---- proof

.PHONY: test browser unit lint campaigns soak model conformance

browser: $(READY) ## the Chromium of the page's tests: installed where this may be (Debian, as root), else how is said
	@$(BIN)/python -m tests.browser.chromium

test: $(READY) $(SAM) $(PARLIAMENT_READY) browser ## every test there is, the campaigns aside: unit, properties, real servers, the deployed template
	$(BIN)/pytest --numprocesses 4 --dist loadgroup

campaigns: $(READY) browser ## what takes minutes: all faults, kills and races on real servers (-rP: what they measured)
	$(BIN)/pytest -m "campaign and not alone" --numprocesses 4 --dist loadgroup --no-loadscope-reorder -rP
	$(BIN)/pytest -m "campaign and alone" -rP

soak: $(READY) ## what takes hours: thousands of commits each, all pairs of faults
	$(BIN)/pytest -m soak --numprocesses 2 --dist loadgroup -rP

model: $(READY) ## 100,000 interleavings of the real protocol code (INTERLEAVINGS=, FIRST=: how many, from which seed)
	@$(BIN)/python -m tests.model --interleavings $(or $(INTERLEAVINGS),100000) --first $(or $(FIRST),0)

conformance: $(READY) ## examine the stores docs/stores.md speaks of, and write its table
	@$(BIN)/python -m tests.conformance

unit: $(READY) $(PARLIAMENT_READY) ## the tests that need no server, in a minute or two
	$(BIN)/pytest --numprocesses auto --dist loadgroup tests/unit tests/properties

# TypeScript, which checks the page's types and makes nothing: from the package index, by the Node of .venv.
$(TYPESCRIPT): web/package-lock.json | $(READY)
	@cd web && PATH="$(abspath $(BIN)):$$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

lint: $(READY) $(TYPESCRIPT) ## format, lint, types, also of the page, the direction of imports, the template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/node $(TYPESCRIPT) -p web
	$(BIN)/cfn-lint template.yaml docs/domain/*.yaml docs/signing/*.yaml

# The rivals of `make bench`, and what draws it.
$(BENCH_READY): requirements/bench.txt | $(READY)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/bench
	$(UV) pip install --quiet --python .tools/bench --require-hashes -r requirements/bench.txt
	@touch $@

.PHONY: picture screenshots bench bench-full bench-check bench-readme

screenshots: $(READY) browser ## the page's pictures, taken anew
	@SCREENSHOTS=1 $(BIN)/pytest -q tests/browser/test_screenshots.py

picture: $(READY) ## draw the architecture, from docs/architecture.toml
	@$(BIN)/python -m local.picture

bench: $(READY) $(BENCH_READY) ## measure it all beside its rivals, in a quarter of an hour (ONLY="rebuild events": some of it)
	@$(BIN)/python -m bench short $(if $(ONLY),--only $(ONLY))
	@$(BENCH) -m bench.pictures .build/bench/results.json .build/bench

bench-full: $(READY) $(BENCH_READY) ## the same with a million of everything, in most of an hour: README's figures and pictures
	@$(BIN)/python -m bench full --results bench/results.json
	@$(BENCH) -m bench.pictures bench/results.json docs/pictures
	@$(BIN)/python -m bench.readme

bench-check: $(READY) $(BENCH_READY) ## fail where it has become slower than three quarters of what it is to reach
	@$(BIN)/python -m bench check

bench-readme: $(READY) ## the pages' figures and costs, from bench/results.json and bench/prices.json
	@$(BIN)/python -m bench.readme

# ---- deployed: on this machine into an AWS emulator, or to an account

.PHONY: demo stack stack-down build validate policies parameters deploy
ARCH ?= arm64
STACK ?= pdf-links
PARAMETERS ?=
TAGS ?=
# Two deployments at once have each their own.
CHOSEN = .build/parameters-$(STACK)-$(ARCH).yaml
TAGGED = .build/tags-$(STACK)-$(ARCH)

demo: $(READY) ## watch all of it happen on this machine, deployed into an AWS emulator
	@$(BIN)/python -m local.deployed.demo

stack: $(READY) ## leave the deployed stack running, to play with (PARAMETERS="Links=stable ...")
	@$(BIN)/python -m local.deployed.stack up

stack-down: $(READY) ## end it
	@$(BIN)/python -m local.deployed.stack down

build: $(READY) ## the functions' zip for Lambda (ARCH=arm64 or x86_64)
	@$(BIN)/python -m local.deployed.package $(ARCH)

validate: policies $(SAM) ## what SAM says of the template, and a linter of its policies; needs no account
	SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --template-file template.yaml --region us-east-1

policies: $(PARLIAMENT_READY) ## is a right too wide, or one that IAM does not know? local/policies/accepted.toml has what is to be so
	@$(PARLIAMENT) -W ignore -m local.policies template.yaml docs/domain/*.yaml docs/signing/*.yaml

$(PARLIAMENT_READY): requirements/parliament.txt | $(READY)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/parliament
	$(UV) pip install --quiet --python .tools/parliament --require-hashes -r requirements/parliament.txt
	@touch $@

# As it was typed: values may hold a dollar sign.
parameters stack: override export PARAMETERS := $(value PARAMETERS)
parameters: override export TAGS := $(value TAGS)
parameters: $(READY)
	@$(BIN)/python -m local.deployed.parameters '$(STACK)' '$(ARCH)' '$(CHOSEN)'
	@$(BIN)/python -m local.deployed.tags '$(TAGGED)'

# A first deployment that fails is rolled back and then deleted: what is left of it could not be deployed again.
deploy: parameters build $(SAM) ## build, and deploy to your AWS account (STACK=name, PARAMETERS="Name=value ...", TAGS="name=value ...")
	SAM_CLI_TELEMETRY=0 $(SAM) deploy --template-file .build/lambda/$(ARCH)/template.yaml --stack-name $(STACK) --resolve-s3 \
		--capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --on-failure DELETE \
		--parameter-overrides file://$(CHOSEN) $$(sed "s/^/--tags /" $(TAGGED))

# These find the stack as `make deploy` does: by the credentials, the region and the AWS_ENDPOINT_URL of the environment.
# Where one fails make itself exits with 2, whatever the target's own exit code: scripts that have to know that one run
# .venv/bin/python -m local.operating VERB STACK --json
.PHONY: status redrive scan pause resume rotate-links links-off links-on
MANIFESTS ?=
PLAN ?=

# What is typed counts here: the defaults below, and an environment's PREFIX, are for other targets.
TYPED = $(if $(filter command,$(firstword $(origin $(1)))),$(value $(1)))
NAMED = $(if $(filter file,$(origin $(1))),,$(value $(1)))
STACKS := status redrive scan pause resume rotate-links links-off links-on

$(STACKS): override export STACK := $(call NAMED,STACK)
status: override export MANIFESTS := $(value MANIFESTS)
status: override export ALL := $(call TYPED,ALL)
scan: override export PREFIX := $(call TYPED,PREFIX)
scan: override export PLAN := $(value PLAN)
ASK_STACK = @test -n "$$STACK" || { echo "Which stack? make $@ STACK=pdf-links" >&2; exit 1; }
OPERATE = @$(BIN)/python -m local.operating $@ "$$STACK" $(if $(filter 1,$(JSON)),--json)

status: $(READY) ## is all well? queues, scans, alarms, manifests (STACK=name, MANIFESTS=20 or ALL=1, JSON=1)
	$(ASK_STACK)
	$(OPERATE)

scan: $(READY) ## rebuild manifests now, and wait for it (STACK=name, PREFIX=2026/04/, PLAN=20: in so many ranges, JSON=1)
	$(ASK_STACK)
	$(OPERATE)

redrive: $(READY) ## send dead-lettered events back to their queue (STACK=name, JSON=1)
	$(ASK_STACK)
	$(OPERATE)

pause: $(READY) ## have neither function run; events wait (STACK=name, JSON=1)
	$(ASK_STACK)
	$(OPERATE)

resume: $(READY) ## have them run again, as they were deployed (STACK=name, JSON=1)
	$(ASK_STACK)
	$(OPERATE)

rotate-links: $(READY) ## a new secret for links that do not expire; run again where it was interrupted (STACK=name)
	$(ASK_STACK)
	@$(BIN)/python -m local.operating.rotate "$$STACK"

links-off: $(READY) ## open no link and no share from now on (STACK=name)
	$(ASK_STACK)
	@$(BIN)/python -m local.operating.switch off "$$STACK"

links-on: $(READY) ## open them again (STACK=name)
	$(ASK_STACK)
	@$(BIN)/python -m local.operating.switch on "$$STACK"

$(SAM): requirements/sam.txt | $(READY)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/sam
	$(UV) pip install --quiet --python .tools/sam --require-hashes -r requirements/sam.txt
	@touch $@

# ---- on this machine, with MinIO; or with any S3 at S3_ENDPOINT_URL

.PHONY: up down seed invoke invoke-full watch check-store share shares unshare audit follow
MINIO_PORT ?= 9000
MINIO_CONSOLE_PORT ?= 9001
LINKS_PORT ?= 9002
MINIO_ROOT_USER ?= minioadmin
MINIO_ROOT_PASSWORD ?= minioadmin
BUCKET_NAME ?= my-company-reports-bucket
PREFIX ?= 2026/04/
SOURCE_DIR ?=
KEY ?=
CREATE_BUCKET ?=
DELETE ?=
OVERWRITE ?=
TIMEOUT ?= 900
LABEL ?=
DAYS ?=
ALL ?=
SHARE ?=
WAIT ?=
JSON ?=

# Where no store is named, the MinIO of `make up` is meant: its keys are its own, the environment's are for AWS.
# A store on this machine that is named without keys gets the same.
MINIO_KEYS := env -u AWS_PROFILE -u AWS_SESSION_TOKEN AWS_ACCESS_KEY_ID='$(MINIO_ROOT_USER)' \
	AWS_SECRET_ACCESS_KEY='$(MINIO_ROOT_PASSWORD)' AWS_DEFAULT_REGION=us-east-1
ON_THIS_MACHINE := $(filter http://127.0.0.1:% http://localhost:%,$(S3_ENDPOINT_URL))
ifeq ($(origin S3_ENDPOINT_URL),undefined)
AT_STORE := $(MINIO_KEYS)
else ifneq ($(ON_THIS_MACHINE),)
AT_STORE := $(if $(AWS_ACCESS_KEY_ID)$(AWS_PROFILE),,$(MINIO_KEYS))
endif
S3_ENDPOINT_URL ?= http://127.0.0.1:$(MINIO_PORT)

up down: export MINIO_PORT := $(MINIO_PORT)
up down: export MINIO_CONSOLE_PORT := $(MINIO_CONSOLE_PORT)
up down invoke invoke-full watch: export LINKS_PORT := $(LINKS_PORT)
up down: export MINIO_ROOT_USER := $(MINIO_ROOT_USER)
up down: export MINIO_ROOT_PASSWORD := $(MINIO_ROOT_PASSWORD)
up down seed invoke invoke-full watch check-store: export BUCKET_NAME := $(BUCKET_NAME)
seed invoke invoke-full watch check-store: export S3_ENDPOINT_URL := $(S3_ENDPOINT_URL)
# Their value as it was typed: names of documents may hold a dollar sign.
seed invoke-full: override export PREFIX := $(value PREFIX)
seed: override export SOURCE_DIR := $(value SOURCE_DIR)
invoke: override export KEY := $(value KEY)
invoke-full: override export TIMEOUT := $(value TIMEOUT)

up: $(READY) ## MinIO on this machine, by Docker or without, with its bucket, and what opens links (MINIO_PORT=9000 MINIO_CONSOLE_PORT=9001 LINKS_PORT=9002)
	@$(BIN)/python -m local.laptop.up up

down: $(READY) ## end it, and keep what it stored (DELETE=1: that goes too)
	@$(BIN)/python -m local.laptop.up down $(if $(filter 1,$(DELETE)),--delete)

seed: $(READY) ## put PDFs into the bucket (SOURCE_DIR=folder, or samples; PREFIX=2026/04/, CREATE_BUCKET=1, OVERWRITE=1)
	@$(AT_STORE) $(BIN)/python seed.py $(if $(CREATE_BUCKET),--create-bucket) $(if $(filter 1,$(OVERWRITE)),--overwrite)

invoke: $(READY) ## give the incremental update the event of an upload (KEY=2026/04/acme/q1.pdf)
	@$(AT_STORE) $(BIN)/python -m local.laptop.invoke created

invoke-full: $(READY) ## run the full scan, turn after turn (PREFIX=2026/04/, TIMEOUT=900: seconds a turn)
	@$(AT_STORE) $(BIN)/python -m local.laptop.invoke scan

watch: $(READY) ## give every upload to the incremental update as it happens, until Ctrl-C
	@$(AT_STORE) $(BIN)/python -m local.laptop.watch

check-store: $(READY) ## can the store be trusted? One that lets two writers win loses updates
	@$(AT_STORE) $(BIN)/python -m local.laptop.check_store

# What is shared, or looked at, is what a person types.
SHARED_PREFIX := $(call TYPED,PREFIX)
SHARED_STACK := $(call NAMED,STACK)
AT_SHARES := $(if $(SHARED_STACK),,$(AT_STORE))

share shares unshare audit follow: export BUCKET_NAME := $(BUCKET_NAME)
share shares unshare audit follow: export S3_ENDPOINT_URL := $(S3_ENDPOINT_URL)
share shares unshare: export LINKS_PORT := $(LINKS_PORT)
share shares unshare audit follow: override export STACK := $(SHARED_STACK)
share audit follow: override export PREFIX := $(SHARED_PREFIX)
audit: override export WAIT := $(value WAIT)
share: override export LABEL := $(value LABEL)
share: override export DAYS := $(value DAYS)
share: override export ALL := $(call TYPED,ALL)
unshare: override export SHARE := $(value SHARE)

share: $(READY) ## one address that shows a folder (PREFIX=2026/04/, LABEL=, DAYS=90 or forever, ALL=1; STACK=, JSON=1)
	@$(AT_SHARES) $(BIN)/python -m local.sharing share $(if $(filter 1,$(JSON)),--json)

shares: $(READY) ## which shares there are (STACK=, JSON=1)
	@$(AT_SHARES) $(BIN)/python -m local.sharing shares $(if $(filter 1,$(JSON)),--json)

unshare: $(READY) ## take one back at once (SHARE=address, id, or the beginning of its digest; STACK=, JSON=1)
	@$(AT_SHARES) $(BIN)/python -m local.sharing unshare $(if $(filter 1,$(JSON)),--json)

audit: $(READY) ## manifests against the bucket, read only (STACK=, PREFIX=2026/04/, WAIT=5 seconds for updates, JSON=1)
	@$(AT_SHARES) $(BIN)/python -m local.operating audit "$$STACK" $(if $(filter 1,$(JSON)),--json)

follow: $(READY) ## what becomes new, another or is gone, as it is committed (STACK=, PREFIX=2026/04/; JSON=1 or CSV=1: with links)
	@$(AT_SHARES) $(BIN)/python -m local.following "$$STACK" $(if $(filter 1,$(JSON)),--json) $(if $(filter 1,$(CSV)),--csv)
