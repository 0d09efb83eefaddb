#!/usr/bin/env bash
# Run the tests that need no browser with other versions than the newest on this Python.
#
# scripts/versions.sh lowest     the lowest versions that pyproject.toml states, on its lowest Python
# scripts/versions.sh 3.13       the newest versions, on this Python
#
# Tests in a browser are left out: what a page does there does not depend on Python's packages. Hostile
# files and tests of many examples run with the lowest versions only: another Python has the newest
# packages, with which they have run before.
# A Python that is not on this machine is a line that says so, and no failure.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
resolution=highest
without="walk or browser or notebook or reference or exhaustive"
if [ "$version" = lowest ]; then
  version=3.11
  resolution=lowest-direct
  without="walk or browser"
fi
if ! python=$(uv python find --no-python-downloads "$version" 2>/dev/null); then
  echo "no Python $version on this machine: its tests are left out"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
uv venv -q --python "$python" "$folder"
# Only wheels: an old source distribution might not build with new tools.
uv pip compile -q pyproject.toml --extra test --resolution "$resolution" \
  --python-version "$version" -o "$folder/requirements.txt"
VIRTUAL_ENV=$folder uv pip install -q --only-binary :all: -r "$folder/requirements.txt"
grep -E '^(geopandas|numpy|pandas|pyarrow|pyogrio|rasterio|shapely)==' "$folder/requirements.txt" | tr '\n' ' '
echo
PATH="$folder/bin:$PATH" python -m pytest -q -m "not ($without)"
