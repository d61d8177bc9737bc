# Two commands need nothing else typed: `make lab` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := binder/requirements.txt

.DEFAULT_GOAL := help
.PHONY: help lab test check bench messages notebooks pins system tools clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

lab: $(VENV)/made-lab  ## build .venv and open the course in JupyterLab
	$(BIN)/coursekit lab

test: $(VENV)/made-test system  ## everything: unit, notebooks (nbval, papermill), grading, browser
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m 'not browser'
	$(BIN)/pytest --numprocesses 2 tests/browser
	$(BIN)/pytest --numprocesses 2 --dist loadfile --nbval-lax --nbval-current-env -p no:cacheprovider notebooks/*.ipynb notebooks/fr/*.ipynb
	@$(MAKE) --no-print-directory check

check: $(VENV)/made-test  ## lint, types, notebooks; fast
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/coursekit notebooks check

bench: $(VENV)/made-test  ## our work beside its peers and its limits, one table each
	$(BIN)/python benchmarks

messages: $(VENV)/made-test  ## bring the catalogues to the messages in the code; says what is missing
	$(BIN)/coursekit messages

notebooks: $(VENV)/made-lab  ## clean the notebooks and build what is derived from them
	$(BIN)/coursekit notebooks clean
	$(BIN)/coursekit notebooks build

pins:  ## resolve every dependency anew and write the pins
	rm -rf build/pins && $(PYTHON) -m venv build/pins
	build/pins/bin/pip install --quiet --upgrade pip
	build/pins/bin/pip install --quiet '.[test,cluster,binder]'
	build/pins/bin/pip freeze --exclude coursekit > $(PINS)

tools: $(VENV)/made-lab  ## the true tools for the live checks, as root on Debian; learners need none of them
	@sh tests/tools.sh
	$(BIN)/coursekit realtools build-vm || echo "no virtual machine: its recordings answer" >&2

system:  ## Chromium, bubblewrap and tshark, from the system's packages where missing
	@sh tests/system.sh

clean:  ## remove what can be built again
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamp is made anew when the pins or the build file change; so is what hangs on it.
$(VENV)/made-env: $(PINS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	touch $@

# What is installed from the wheel's shared data: a change of it must be installed again.
SHARED := $(shell find coursekit/ui/jupyter -type f -not -name '*.py' 2>/dev/null)

$(VENV)/made-lab: $(VENV)/made-env pyproject.toml $(SHARED)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint $(PINS) --editable .
	touch $@

$(VENV)/made-test: $(VENV)/made-lab
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint $(PINS) --editable '.[test,cluster]'
	touch $@
