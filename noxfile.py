"""The sessions that check minmap. `nox` runs those of the gate, `nox -s NAME` one of them.

Each session makes an environment of its own. `nox --no-venv` uses the environment that is active.
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "npm", "tests", "walks", "docs", "wheel"]


def install(session: nox.Session, extras: str) -> None:
    """Install this checkout with some of its extras, unless an active environment is used."""
    if session.venv_backend != "none":
        session.install("-e", f".[{extras}]")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, the order of imports between packages, and the budgets of lines."""
    install(session, "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("python", "scripts/structure.py", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of Python."""
    install(session, "dev,widget,netcdf,dask")
    session.run("mypy")


@nox.session
def npm(session: nox.Session) -> None:
    """Check the types, style and units of TypeScript."""
    install(session, "dev")
    session.run("python", "scripts/npm.py", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    session.run("python", "scripts/npm.py", "run", "check")
    session.run("python", "scripts/npm.py", "test")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests of README's second command."""
    install(session, "test")
    session.run("pytest", "-q", *session.posargs)


@nox.session
def walks(session: nox.Session) -> None:
    """Walk through pages in Chromium."""
    install(session, "test")
    session.run("pytest", "-q", "-n", "2", "-m", "walk", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Test more of the page in Chromium."""
    install(session, "test")
    session.run("pytest", "-q", "-n", "2", "-m", "browser", *session.posargs)


@nox.session
def notebooks(session: nox.Session) -> None:
    """Run the notebooks, and use maps in JupyterLab and Notebook 7."""
    install(session, "test")
    session.run("pytest", "-q", "-m", "notebook", *session.posargs)


@nox.session
def exhaustive(session: nox.Session) -> None:
    """Run the tests with many examples or large files, and those on the reference data."""
    install(session, "test")
    marked = "(exhaustive or reference) and not (browser or notebook or walk)"
    session.run("pytest", "-q", "-m", marked, *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml states."""
    wanted = Path(session.create_tmp()) / "lowest.txt"
    session.install("uv")
    session.run(
        *("uv", "pip", "compile", "-q", "pyproject.toml", "--extra", "test", "-o", str(wanted)),
        *("--resolution", "lowest-direct", "--python-version", "3.11"),
    )
    # Only wheels: an old source distribution might not build with new tools.
    session.install("--only-binary", ":all:", "-r", str(wanted))
    session.install("--no-deps", "-e", ".")
    session.run("pytest", "-q", *session.posargs)


@nox.session(python="3.13")
def py313(session: nox.Session) -> None:
    """Run the tests on Python 3.13."""
    install(session, "test")
    session.run("pytest", "-q", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Read mutated files for a minute."""
    install(session, "test")
    session.run("python", "scripts/fuzz.py", "--seconds", "60", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation without running its notebooks; warnings are errors."""
    install(session, "docs")
    site = str(Path(session.create_tmp()) / "site")
    quiet = ("-W", "--keep-going", "-q", "-D", "nb_execution_mode=off")
    session.run("sphinx-build", *quiet, *session.posargs, "docs", site)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the source distribution and from it the wheel, and use it outside the checkout."""
    install(session, "dev")
    folder = Path(session.create_tmp()).resolve()
    check = Path("scripts/check_wheel.py").resolve()
    rmtree(folder)
    folder.mkdir()
    session.run("python", "-m", "build", "--outdir", str(folder / "dist"), ".", silent=True)
    (built,) = (folder / "dist").glob("*.whl")
    session.run("uv", "venv", "-q", "--clear", str(folder / "clean"), external=True)
    python = next((folder / "clean").glob("[bS]*/python*"))
    session.run("uv", "pip", "install", "-q", "--python", str(python), str(built), external=True)
    with session.chdir(folder):
        session.run(str(python), str(check), external=True)
