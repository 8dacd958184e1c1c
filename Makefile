# Thin aliases; manage.py does the work and runs on Windows too.
PYTHON ?= python3

.PHONY: help setup run test lint format lock

help:
	@echo "make setup | run | test | lint | format | lock"

setup:
	$(PYTHON) manage.py setup --dev

run:
	$(PYTHON) manage.py run

test:
	$(PYTHON) manage.py test

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# Newest allowed versions of all dependencies, with hashes and without addresses.
lock:
	$(PYTHON) -m tools.lock
