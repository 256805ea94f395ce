#!/bin/sh
# Make .venv with a fitting Python and install what requirements.lock names. Run by the Makefile.
set -eu
cd "$(dirname "$0")/.."

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=
for candidate in ${1:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c "$fits" 2>/dev/null; then python=$candidate; break; fi
done

# A virtual environment holds its own path, so a folder that has moved gets a new one.
if ! grep -qsF "$(pwd -P)/.venv" .venv/bin/activate || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if [ -z "$python" ]; then
        echo "No Python from 3.11 to 3.13 found (tried: ${1:-python3, python3.13, python3.12, python3.11})." >&2
        echo "Install one, or name it:  make book PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    if ! "$python" -c "import ensurepip, venv" 2>/dev/null; then
        echo "$python can't make virtual environments: its venv module is missing." >&2
        echo "On Debian and Ubuntu:  sudo apt-get install python3-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

echo "Installing what requirements.lock names: a few minutes the first time"
py=.venv/bin/python
# uv is several times quicker; where it can't be had or can't reach the index, pip does the same.
# Both compile what they install: where Python may not store bytecode (containers often forbid it),
# TensorFlow would otherwise be compiled again at every import, which takes seven seconds more.
if ! { "$py" -m pip install --quiet uv &&
       "$py" -m uv pip install --quiet --python "$py" --compile-bytecode --require-hashes -r requirements.lock; }
then
    echo "uv can't install here: pip takes over, and needs a little longer"
    "$py" -m pip install --quiet --require-hashes -r requirements.lock
fi
"$py" -m pip install --quiet --no-deps --no-build-isolation --editable .
