# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

# Tests start Python a hundred times: what was compiled once is kept, also where a container says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test test-long bench lint docs clean

help:
	@echo "make demo   een maand met vijftien verzonnen casussen en een aanbieder die stopt, en dan het portaal (nog geen minuut)"
	@echo "make test   de tests (zes minuten op twee kernen)"
	@echo "make test-long  de grote: verhalen met Prefect en op PostgreSQL, langer toeval (tien minuten of meer)"
	@echo "make bench  snelheid, als verhoudingen (tien minuten)"
	@echo "make setup  alleen inrichten: .venv met vaste versies"
	@echo "make lint   stijl, types en richting van imports"
	@echo "make docs   de gegenereerde documenten opnieuw maken"

setup: $(VENV)/developing

# What the program needs. Compiling all of it on every core is faster than pip does it; some packages hold files for a newer
# Python as well, which need not compile. The path of the constraints is relative: pip splits it at spaces.
$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Flexroute needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "This Python has no venv. On Debian or Ubuntu: apt install python3-venv. Then try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) . --no-compile
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

# And what only its developers need.
$(VENV)/developing: $(VENV)/ready
	$(INSTALL) '.[dev]'
	@touch $@

demo: $(VENV)/ready
	@$(BIN)/flexroute demo

# On every core, up to four: each worker has servers of its own, and takes over what another has not begun.
PYTEST = $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test: setup
	$(PYTEST) -m "not long"

# What `make test` leaves out. Chance begins with a seed that is printed: `make test-long SEED=…` does the same once more.
test-long: setup
	$(PYTEST) -m long $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

bench: setup
	$(BIN)/python -m benchmarks

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) demo
