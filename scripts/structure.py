"""Measure the structure of the code and write it into docs/architecture.md.

python scripts/structure.py                    measure this checkout
python scripts/structure.py --before REVISION  and hold it against an earlier commit
python scripts/structure.py --check            fail if a part is over its budget of code lines

Code lines are lines without blanks, comments and docstrings. An arrow runs from a package to one
that it imports. A circle is a set of files that import each other.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import tokenize
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

REPO = Path(__file__).resolve().parents[1]
PAGE = REPO / "docs" / "architecture.md"
MARK = "<!-- Everything below is written by scripts/structure.py. -->"
_NOT_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip
_IMPORT = re.compile(r"""(?:from|import)\s+["'](\.[^"']+)["']""")


@dataclass
class Structure:
    """Code lines and imports of the files of one language, by the file's path."""

    lines: dict[str, int] = field(default_factory=dict)
    imports: dict[str, set[str]] = field(default_factory=dict)
    top: str = ""
    """Name for all files outside folders; if empty, each is a package of its own."""

    def package(self, file: str) -> str:
        """Return the folder of a file below the top, or what stands for files outside folders."""
        folder, is_inside, _ = file.partition("/")
        return folder if is_inside else self.top or file

    def packages(self) -> dict[str, int]:
        """Return the code lines of each package."""
        total: dict[str, int] = {}
        for file, count in self.lines.items():
            total[self.package(file)] = total.get(self.package(file), 0) + count
        return dict(sorted(total.items()))

    def arrows(self) -> dict[str, set[str]]:
        """Return the packages that each package imports."""
        found: dict[str, set[str]] = {}
        for file, targets in self.imports.items():
            found.setdefault(self.package(file), set()).update(map(self.package, targets))
        return {package: targets - {package} for package, targets in found.items()}

    def circles(self) -> list[list[str]]:
        """Return the sets of files that import each other, directly or through others."""
        files = sorted(self.lines)
        number = {file: n for n, file in enumerate(files)}
        pairs = [(number[a], number[b]) for a in files for b in self.imports.get(a, ())]
        if not pairs:
            return []
        row, column = np.transpose(pairs)
        graph = coo_array((np.ones(len(pairs)), (row, column)), shape=(len(files),) * 2)
        _, component = connected_components(graph, directed=True, connection="strong")
        groups = [[files[n] for n in np.flatnonzero(component == c)] for c in np.unique(component)]
        return [group for group in groups if len(group) > 1]


def python_lines(source: str) -> int:
    """Count the lines of Python that are neither blank nor comment nor docstring."""
    texts = set[int]()
    for node in ast.walk(ast.parse(source)):
        constant = node.value if isinstance(node, ast.Expr) else None
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
            texts.update(range(constant.lineno, (constant.end_lineno or constant.lineno) + 1))
    lines = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - texts)


def typescript_lines(source: str) -> int:
    """Count the lines of TypeScript that are neither blank nor comment."""
    source = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), source, flags=re.S)
    lines = (line.strip() for line in source.splitlines())
    return sum(1 for line in lines if line and not line.startswith("//"))


def python_structure(root: Path) -> Structure:
    """Measure the modules of a Python package."""
    found = Structure()
    files = {file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*.py"))}
    modules = {
        f"{root.name}.{name.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__"): name
        for name in files
    }
    for name, file in files.items():
        source = file.read_text(encoding="utf-8")
        found.lines[name] = python_lines(source)
        targets = found.imports[name] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                targets.update(modules[module] for module in whole if module in modules)
                if any(module not in modules for module in whole):
                    targets.add(modules[node.module])
        targets.discard(name)
    return found


def typescript_structure(root: Path) -> Structure:
    """Measure the modules of a folder of TypeScript."""
    found = Structure(top="files outside folders")
    for file in sorted(root.rglob("*.ts")):
        name = file.relative_to(root).as_posix()
        source = file.read_text(encoding="utf-8")
        found.lines[name] = typescript_lines(source)
        targets = {(file.parent / path).resolve() for path in _IMPORT.findall(source)}
        inside = {target for target in targets if target.suffix == ".ts" and target.exists()}
        found.imports[name] = {target.relative_to(root.resolve()).as_posix() for target in inside}
    return found


def table(now: Structure, before: Structure | None) -> str:
    """Return the packages as a Markdown table."""
    arrows, lines = now.arrows(), now.packages()
    earlier = before.packages() if before else {}
    head = ["package", *(["before"] if before else []), "code lines", "imports"]
    rows = [head, ["---", *(["--:"] if before else []), "--:", "---"]]
    for name in sorted({*lines, *earlier}):
        old = [f"{earlier.get(name, 0):,}" if name in earlier else ""] if before else []
        new = f"{lines[name]:,}" if name in lines else ""
        rows.append([f"`{name}`", *old, new, ", ".join(sorted(arrows.get(name, ())))])
    totals = [f"{sum(earlier.values()):,}"] if before else []
    rows.append(["all", *totals, f"{sum(lines.values()):,}", ""])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def summary(now: Structure, before: Structure | None) -> str:
    """Return the counts of packages, arrows and circles in a sentence."""

    def counts(structure: Structure) -> str:
        arrows = sum(len(targets) for targets in structure.arrows().values())
        return (
            f"{len(structure.packages())} packages, {arrows} arrows between them, "
            f"{len(structure.circles())} circles of files"
        )

    return f"Now {counts(now)}." + (f" Before: {counts(before)}." if before else "")


def at_revision(revision: str, folder: Path) -> Path:
    """Put the tree of a commit into a folder."""
    packed = subprocess.run(
        ["git", "archive", revision, "minmap", "web/src"], cwd=REPO, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def sizes(repo: Path) -> dict[str, int]:
    """Return the code lines of each package, modules outside packages, the tests and web/src."""
    found = Counter[str]()
    for name, lines in python_structure(repo / "minmap").lines.items():
        folder, is_inside, _ = name.partition("/")
        found[f"minmap/{folder}" if is_inside else "minmap/*.py"] += lines
    found["tests"] = sum(python_structure(repo / "tests").lines.values())
    found["web/src"] = sum(typescript_structure(repo / "web" / "src").lines.values())
    return dict(found)


def over_budget(found: dict[str, int], budgets: dict[str, int]) -> list[str]:
    """Say of each part without a budget, over it, or gone, what is wrong and what cures it."""
    said = [
        f"{part}: {lines:,} code lines, budget {budgets[part]:,}: "
        f"delete {lines - budgets[part]:,} or more"
        for part, lines in sorted(found.items())
        if part in budgets and lines > budgets[part]
    ]
    said += [f"{part}: has no budget in pyproject.toml" for part in sorted({*found} - {*budgets})]
    said += [f"{part}: has a budget but no code" for part in sorted({*budgets} - {*found})]
    return said


def check() -> None:
    """Exit with 1 if a part of the code is not within its budget."""
    settings = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    found = sizes(REPO)
    if said := over_budget(found, settings["tool"]["minmap"]["budgets"]):
        sys.exit("\n".join(said))
    print(f"{len(found)} parts of the code are within their budgets of lines")


def main() -> None:
    """Check the budgets, or write the tables into the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--before", metavar="REVISION", help="an earlier commit to compare with")
    parser.add_argument("--check", action="store_true", help="check the budgets only")
    options = parser.parse_args()
    if options.check:
        check()
        return
    revision = options.before
    parts = [MARK]
    with tempfile.TemporaryDirectory() as folder:
        old = at_revision(revision, Path(folder)) if revision else None
        for title, measure, place in (
            ("Python: `minmap`", python_structure, "minmap"),
            ("TypeScript: `web/src`", typescript_structure, "web/src"),
        ):
            before = measure(old / place) if old else None
            now = measure(REPO / place)
            parts += [f"## {title}", summary(now, before), table(now, before)]
    kept = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(kept + "\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
