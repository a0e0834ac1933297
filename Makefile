# Every chore has a target; `make help` lists them. What they install goes into .venv and .tools, never elsewhere.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# All checks of `make test` run and report, even after one has failed; pytest, the last, has the last word.
MAKEFLAGS += --keep-going --no-print-directory
.NOTPARALLEL:
.DEFAULT_GOAL := help

# pip, git and go want a home directory; a bare container may have none.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.tools/home
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# On top of an environment that is there already, unless another Python made that one.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'hcpc needs Python 3.11 or newer, which `$(PYTHON)` is not: install it, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo '`$(PYTHON)` cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv)' >&2; exit 1; }
	@grep -qsx "version = $$($(PYTHON) -c 'import platform; print(platform.python_version())')" $(VENV)/pyvenv.cfg || rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --group dev --editable .
	@touch $@

.PHONY: setup
setup: $(INSTALLED) ## make .venv with hcpc and everything its checks need

.PHONY: demo
demo: $(INSTALLED) ## compile the example fleet and show what came out
	@$(BIN)/python docs/demo.py

.PHONY: test
test: lint types contracts unit ## run every check

.PHONY: lint lint-rules lint-layout
lint: lint-rules lint-layout ## ruff: rules and layout
lint-rules: $(INSTALLED)
	$(BIN)/ruff check
lint-layout: $(INSTALLED)
	$(BIN)/ruff format --check

.PHONY: types
types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy

.PHONY: contracts
contracts: $(INSTALLED) ## import-linter: which room may import which
	$(BIN)/lint-imports

# The bare command, without a path: only then does syrupy fail on goldens that no test reads any more.
# Where kustomize, the schema of SARIF or an API server cannot be had, the tests that need it fail by themselves,
# after all others could run.
.PHONY: unit
unit: $(INSTALLED) ## pytest, all of it
	-@tests/tools/kustomize.sh >/dev/null
	-@tests/tools/sarif_schema.sh >/dev/null
	-@tests/tools/envtest.sh >/dev/null
	KUSTOMIZE=$(CURDIR)/.tools/bin/kustomize KUBEBUILDER_ASSETS=$(CURDIR)/.tools/envtest/bin \
	  $(BIN)/pytest -n logical --maxprocesses 8 --dist loadgroup

.PHONY: kustomize
kustomize: $(INSTALLED) ## provide the real kustomize in .tools/bin
	@tests/tools/kustomize.sh

.PHONY: sarif-schema
sarif-schema: $(INSTALLED) ## provide the official JSON Schema of SARIF in .tools
	@tests/tools/sarif_schema.sh

.PHONY: envtest
envtest: $(INSTALLED) ## provide a real etcd and kube-apiserver in .tools/envtest/bin
	@tests/tools/envtest.sh

.PHONY: fidelity
fidelity: envtest ## compare hcpc with a real API server in full, and write the figures into docs/fidelity.md
	KUBEBUILDER_ASSETS=$(CURDIR)/.tools/envtest/bin HCPC_FIDELITY=full HCPC_FIGURES=docs/fidelity.md \
	  $(BIN)/pytest tests/fidelity

.PHONY: wheel
wheel: $(INSTALLED) ## build the source distribution and the wheel into dist/
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/python -m build

.PHONY: fuzz
fuzz: $(INSTALLED) ## throw broken files at the compiler
	$(BIN)/python tests/fuzz/fuzz.py

.PHONY: bench
bench: $(INSTALLED) ## measure against the speed targets
	$(BIN)/python benchmarks/run.py

.PHONY: schemas
schemas: $(INSTALLED) ## write the JSON Schemas of all kinds and of manifests into schemas/
	$(BIN)/hcpc schema
	$(BIN)/python -m hcpc.verify.fields

.PHONY: docs
docs: $(INSTALLED) ## print the field reference from the mapping table
	$(BIN)/python docs/generate.py

# Run it with the oldest Python we support: the newer ones need fewer packages, not other ones.
.PHONY: pins
pins: ## renew constraints.txt with today's versions
	rm -rf .tools/pins
	$(PYTHON) -m venv .tools/pins
	.tools/pins/bin/python -m pip install --quiet --upgrade pip
	.tools/pins/bin/python -m pip install --quiet --group dev --editable . hatchling editables
	{ sed '/^[^#]/d' constraints.txt; .tools/pins/bin/python -m pip freeze --all --exclude-editable --exclude setuptools; } > .tools/pins/new
	mv .tools/pins/new constraints.txt

.PHONY: clean
clean: ## remove everything that make made
	rm -rf $(VENV) .tools dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find compiler tests -name __pycache__ -type d -prune -exec rm -rf {} +
