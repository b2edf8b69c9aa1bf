# Two commands: `make run` opens the app, `make test` proves it. Both make their environment first.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501

# The tests start hundreds of processes: none should compile this code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check accept bench torch lock clean

run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.test check
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "(tensorflow or browser or processes) and not accept"

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not tensorflow and not browser and not processes and not accept"

accept: $(VENV)/.test
	$(BIN)/python -m pytest -m accept

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

# PyTorch for the speed table, in an environment of its own: 3 GB, and nothing of the product needs it.
torch: $(VENV)/.test
	$(BIN)/python -m venv benchmarks/.torch
	benchmarks/.torch/bin/pip install -r benchmarks/requirements-torch.txt

$(VENV)/.run: requirements.txt requirements-gpu.txt setup.sh
	./setup.sh $(VENV) run
	touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.txt setup.sh
	./setup.sh $(VENV) test
	touch $@

# Writes the locks again from the floors in pyproject.toml (needs uv and network).
lock:
	uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt --custom-compile-command "make lock"
	uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links pyproject.toml --extra gpu -o requirements-gpu.txt -c requirements.txt --custom-compile-command "make lock"
	uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --group test -o requirements-test.txt -c requirements.txt --custom-compile-command "make lock"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
