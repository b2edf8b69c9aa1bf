#!/usr/bin/env bash
# Makes the environment: `setup.sh VENV run` installs what the app needs, `setup.sh VENV test` adds what its tests need.
set -euo pipefail
venv=$1
purpose=$2

python_of_choice() {
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "nnapp needs Python 3.11, 3.12 or 3.13 and found none. Install one, or set PYTHON to it." >&2
  exit 2
}

install() {
  if command -v uv >/dev/null; then
    # pip compiles by itself; without it every process that imports TensorFlow would take ten seconds more.
    uv pip install -q --compile-bytecode --python "$venv/bin/python" "$@"
  else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check "$@"
  fi
}

browser() {
  for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$candidate" >/dev/null; then
      return
    fi
  done
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium && return
  fi
  "$venv/bin/python" -m playwright install chromium
}

if [ ! -x "$venv/bin/python" ]; then
  python=$(python_of_choice)
  if command -v uv >/dev/null; then
    uv venv -q --python "$python" "$venv"
  else
    "$python" -m venv "$venv"
  fi
fi

case $purpose in
  run)
    # TensorFlow's CUDA libraries weigh 2.8 GB: only where there is a GPU to use them.
    if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
      install -r requirements-gpu.txt
    else
      install -r requirements.txt
    fi
    ;;
  test)
    install -r requirements-test.txt
    browser
    ;;
  *)
    echo "setup.sh knows the purposes run and test, not '$purpose'." >&2
    exit 2
    ;;
esac
