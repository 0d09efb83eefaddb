#!/usr/bin/env bash
# Run the tests that need no browser with other versions than the newest on this Python.
#
# scripts/versions.sh lowest     the lowest versions that pyproject.toml states, on its lowest Python
# scripts/versions.sh 3.13       the newest versions, on this Python
#
# Tests in a browser are left out: what a page does there does not depend on Python's packages. The
# lowest versions run the tests of README's command and the hostile files, without the tests whose
# subject is the shipped data, its pages or the project's own text. Another Python has the packages
# with which all tests have run before: it runs every documented example and every command.
# A Python that is not on this machine is a line that says so, and no failure.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
resolution=highest
if [ "$version" = lowest ]; then
  version=3.11
  resolution=lowest-direct
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
PATH="$folder/bin:$PATH"
not_slow="not (walk or browser or notebook or reference or exhaustive)"
if [ "$resolution" = highest ]; then
  python -m pytest -q -n 2 -m "$not_slow" minmap tests/test_cli.py tests/test_docs.py tests/test_readme.py
  exit
fi
of_the_project=()
for subject in access_page catalogue_data claims_page docs rail_audit readme roads search_invariants shipped structure; do
  of_the_project+=(--ignore "tests/test_$subject.py")
done
python -m pytest -q -m "$not_slow" "${of_the_project[@]}"
python -m pytest -q -n 2 -m exhaustive tests/test_{attacks,damaged,hostile,hostile_workbooks}.py
