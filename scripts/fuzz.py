"""Feed mutated files to every reader of minmap and report what is neither read nor refused.

python scripts/fuzz.py --seconds 60              what `nox -s fuzz` runs
python scripts/fuzz.py --inputs 20000            a long run
python scripts/fuzz.py --format gpkg --seed 7    one format, other mutations
python scripts/fuzz.py --replay fuzz-findings    read the saved findings again
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.campaign import Campaign, Tally, made_small
from tests.fuzz.findings import Findings
from tests.fuzz.inputs import load, saved_under
from tests.fuzz.pool import Listener, Worker
from tests.fuzz.seeds import all_seeds

_HEADER = ("format", "inputs", "read", "refused", "findings", "slowest s", "peak MB")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, help="stop after this time (default 60)")
    parser.add_argument("--inputs", type=int, help="stop after this many inputs")
    parser.add_argument("--format", action="append", help="only this format; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other mutations")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), metavar="FOLDER")
    parser.add_argument("--replay", type=Path, metavar="FOLDER", help="read saved inputs again")
    parser.add_argument("--minimise", action="store_true", help="with --replay: make them small")
    given = parser.parse_args()
    if given.seconds is None and given.inputs is None:
        given.seconds = 60.0
    return given


def table(tallies: dict[str, Tally]) -> str:
    rows = [_HEADER]
    total = Tally()
    for name, tally in [*sorted(tallies.items()), ("all", total)]:
        rows.append((
            name, f"{tally.inputs:,}", f"{tally.read:,}", f"{tally.refused:,}",
            f"{tally.findings:,}", f"{tally.slowest_s:.1f}", f"{tally.peak_bytes / 1e6:,.0f}",
        ))  # fmt: skip
        total.inputs += tally.inputs
        total.read += tally.read
        total.refused += tally.refused
        total.findings += tally.findings
        total.slowest_s = max(total.slowest_s, tally.slowest_s)
        total.peak_bytes = max(total.peak_bytes, tally.peak_bytes)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def campaign(given: argparse.Namespace) -> int:
    seeds = all_seeds()
    chosen = given.format or list(seeds)
    if unknown := sorted(set(chosen) - set(seeds)):
        print(f"--format {unknown[0]} is not known; choose from: {', '.join(seeds)}.")
        return 2
    found = Findings(given.findings)
    run = Campaign(
        {name: seeds[name] for name in chosen}, given.seed, given.inputs, given.seconds, found
    )
    start = time.monotonic()
    with tqdm(total=given.inputs, unit=" inputs", disable=not sys.stderr.isatty()) as bar:
        run.run(given.workers, bar.update)
    print(table(run.tallies))
    print(f"seed {given.seed}, {time.monotonic() - start:.0f} s, {given.workers} workers")
    for (name, cause), count in sorted(found.counts.items(), key=lambda item: -item[1]):
        print(f"{count:6,} {name}: {cause}")
    if found.counts:
        print(f"inputs are in {given.findings}; see docs/fuzzing.md")
    return 1 if found.counts else 0


def replay(given: argparse.Namespace) -> int:
    folders = saved_under(given.replay)
    listener = Listener()
    causes: dict[Path, str] = {}
    with Worker(listener) as worker:
        for folder in tqdm(folders, unit=" inputs", disable=not sys.stderr.isatty()):
            outcome = worker.run(load(folder))
            if outcome.end == "finding":
                causes[folder] = outcome.cause
            print(f"{folder.name}: {outcome.end} {outcome.cause}".rstrip())
    listener.close()
    if given.minimise:
        for folder, small in made_small(causes):
            shutil.rmtree(folder / "files")
            # Without the traceback, which names paths of this machine.
            small.save(folder, {"cause": causes[folder]})
    print(f"{len(folders)} inputs, {len(causes)} findings")
    return 1 if causes else 0


def main() -> int:
    given = arguments()
    return replay(given) if given.replay else campaign(given)


if __name__ == "__main__":
    sys.exit(main())
