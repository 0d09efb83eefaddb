"""What the fuzzer feeds to a reader: a few files in a folder, and which reader opens them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

DESCRIPTION = "input.json"
"""Name of the file that describes a saved input, beside the folder of its files."""


@dataclass(frozen=True)
class Input:
    """Files and the reader that opens them.

    Attributes
    ----------
    format
        Row of the fuzzer's table that counts this input, such as "gpkg".
    main
        Name of the file that is passed to the reader.
    files
        Content of every file by its name; sidecars lie beside the main file.
    readers
        Names of readers in `tests.fuzz.reading.READERS`; one of them is used for a mutated input.
    """

    format: str
    main: str
    files: Mapping[str, bytes]
    readers: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write the files into an empty folder."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)

    def with_files(self, **changed: bytes) -> Input:
        """Return a copy with some files replaced."""
        return replace(self, files={**self.files, **changed})

    def save(self, folder: Path, facts: Mapping[str, object]) -> None:
        """Write the files and their description, so that `load` returns the same input."""
        files = folder / "files"
        files.mkdir(parents=True, exist_ok=True)
        self.write(files)
        described = {"format": self.format, "main": self.main, "readers": self.readers, **facts}
        text = json.dumps(described, indent=1, ensure_ascii=True)
        (folder / DESCRIPTION).write_text(text + "\n", encoding="ascii")


def load(folder: Path) -> Input:
    """Read an input that `Input.save` wrote."""
    described = json.loads((folder / DESCRIPTION).read_text(encoding="ascii"))
    files = {path.name: path.read_bytes() for path in sorted((folder / "files").iterdir())}
    return Input(described["format"], described["main"], files, tuple(described["readers"]))


def saved_under(folder: Path) -> list[Path]:
    """Return the folders of all saved inputs below a folder, in order of their names."""
    return sorted(path.parent for path in folder.rglob(DESCRIPTION))
