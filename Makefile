# Layer by Layer. `make` lists what there is; `make book` and `make test` are the two that matter.
# It needs make and a Python from 3.11 to 3.13; everything else is installed into .venv.
#   PYTHON=...     the interpreter to build .venv with
#   TLCORE_DATA_MIRROR=...   a folder or an address with the data sets, asked before the owners' sites

PY := .venv/bin/python
CHAPTERS := $(sort $(wildcard book/chapters/*.ipynb))
NB ?= $(CHAPTERS)
TORCH ?= torch>=2.6
SUITES ?= mnist word2vec language translation pong
# Two processes fit two cores and 2 GB; each TensorFlow notebook starts a kernel of its own.
JOBS ?= 2

# TensorFlow keeps its log lines to itself, and takes GPU memory only as it needs it.
export TF_CPP_MIN_LOG_LEVEL := 3
export TF_FORCE_GPU_ALLOW_GROWTH := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help book test lint lab notebooks pictures assignments data full bench lock clean setup html

help:
	@echo "make book         set up, build the book, say where it is"
	@echo "make test         set up, run everything: lint, unit tests, notebooks, pages in a browser"
	@echo "make lint         what CI checks of the code without running it"
	@echo "make lab          the notebooks in JupyterLab"
	@echo "make notebooks    run the notebooks and store what they show   (NB=one.ipynb for one)"
	@echo "make pictures     the first picture of each live figure, taken of the built book"
	@echo "make assignments  the assignments as students get them, and a course to grade them in"
	@echo "make data         fetch the data sets ahead of time"
	@echo "make full         train the published runs and record them: hours; it resumes   (RECORD=pong for one)"
	@echo "make bench        time tlcore beside its peers   (SUITES=word2vec for one of them)"
	@echo "make lock         write requirements.lock and environment.yml anew from pyproject.toml"
	@echo "make clean        delete what was built; .venv and data stay"

book: html
	@echo
	@echo "The book is at $(CURDIR)/_build/html/index.html"
	@echo "Open that file, or serve it:  $(PY) -m http.server --directory _build/html"

html: setup data
	.venv/bin/jupyter-book build book --config _config.yml -W -n --keep-going

# One pytest run, so that one closing line speaks for all: unit and page tests, the examples in
# the docstrings, and every notebook executed again and compared with what it shows. A process takes
# file after file, in the order of tests/conftest.py.
test: html lint
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --doctest-modules \
	  --nbval --nbval-sanitize-with tests/book/sanitize.cfg tests tldata tlcore tlbook book/chapters

lint: setup
	.venv/bin/ruff check .
	.venv/bin/mypy

lab: setup data
	cd book/chapters && ../../.venv/bin/jupyter lab

notebooks: setup data
	$(PY) tools/notebooks.py $(NB)

# What stands in a page until a figure starts, and the drawings as JupyterLab and GitHub show them.
pictures: html
	$(PY) tools/stamp_drawings.py
	$(PY) tools/pictures.py

data: setup
	@$(PY) -m tldata fetch mnist word2vec shakespeare

# Each chapter's published runs: parameters in data/full, scripts in tlbook/record.
full: setup data
	$(PY) -m tlbook.record $(RECORD)

# The peers aren't in the lock: they are only to compare with. On Linux the plain PyTorch brings CUDA,
# some GB; where the index has a CPU build, TORCH='torch==x.y.z+cpu' takes it.
bench: setup data
	@$(PY) -c "import torch" 2>/dev/null || $(PY) -m pip install "$(TORCH)"
	@$(PY) -c "import gensim, stable_baselines3" 2>/dev/null || $(PY) -m pip install -e '.[bench]'
	$(PY) -m benchmarks $(SUITES)

# UPGRADE=--upgrade takes the newest versions that fit; without it what is pinned stays.
lock: setup
	$(PY) -m uv pip compile pyproject.toml --extra book --extra lab --extra test --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --quiet $(UPGRADE) \
	  --custom-compile-command "make lock" -o requirements.lock
	$(PY) tools/environment.py

# What students get, in a folder that is a course of nbgrader: _build/assignments/release.
assignments: setup
	$(PY) tools/assignments.py course _build/assignments

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis *.egg-info
	find book tests tldata tlcore tlbook tools benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The environment. The stamp makes a second run quick; a change of the lock installs anew.
setup: .venv/installed

# A virtual environment holds its own path: a folder that has moved needs a new one.
ifeq ($(shell grep -sF "$(CURDIR)/.venv" .venv/bin/activate),)
.PHONY: .venv/installed
endif

.venv/installed: requirements.lock pyproject.toml
	@sh tools/venv.sh "$(PYTHON)"
	@touch $@
