# What a developer types. Needs Python 3.11+ and make; everything else comes into .venv.
PORT ?= 8000
PYTHON := .venv/bin/python
# more than two cores need: tests on real processes mostly wait for them
TEST_PROCESSES ?= 3
# a portal is many processes: each would compile Django and its libraries anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check bench bootstrap

help:
	@echo "make demo          the whole portal on http://localhost:$(PORT)/ (another port: PORT=8010)"
	@echo "make test          the tests, in less than five minutes on two cores"
	@echo "make test-all      those, and all in a browser, with killed processes, of the whole demo"
	@echo "make check         style, types, layers, templates, migrations, production settings"
	@echo "make bench         the speed of the ledger beside django-hordak, of the inbox and of the API"
	@echo "make bootstrap     only .venv, as the others do first"

bootstrap:
	@scripts/bootstrap

# fewer packages than development needs: the first page should be there soon
demo:
	@scripts/bootstrap requirements-demo.txt
	@$(PYTHON) -m demo --port "$(PORT)"

PYTEST := $(PYTHON) -m pytest -n $(TEST_PROCESSES) --dist loadgroup --no-loadscope-reorder

test: bootstrap
	@scripts/find-chromium
	@$(PYTEST) -m "not whole"

test-all: bootstrap
	@scripts/find-chromium
	@$(PYTEST)

check: bootstrap
	@scripts/check

bench: bootstrap
	@scripts/bootstrap bench/requirements.txt
	@$(PYTHON) -m bench
