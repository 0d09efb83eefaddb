"""Zip archives that burst, climb out or lie."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
import zlib
from pathlib import Path

from tests.corpus.case import HEADER, Case, data, rows

PLAIN = f"{HEADER}\n{rows()}\n".encode()


def _zip(path: Path, *members: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)


def _bomb(path: Path) -> None:
    _zip(path, ("a.csv", PLAIN + b" " * 400_000_000))


def _nested(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", PLAIN)
    _zip(path, ("b.zip", inner.getvalue()))


def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50_000):
            archive.writestr(f"{number}.txt.bak", b"")
        archive.writestr("a.csv", PLAIN)


def _locked(path: Path) -> None:
    _zip(path, ("a.csv", PLAIN))
    content = bytearray(path.read_bytes())
    # Bit 0 of the general flags, in both heads: the member needs a password.
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def _lying(path: Path) -> None:
    """Say that the member unpacks to 10 bytes."""
    _zip(path, ("a.csv", PLAIN))
    content = path.read_bytes()
    size, lie = len(PLAIN).to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(content.replace(size, lie))


def _damaged(path: Path) -> None:
    _zip(path, ("a.csv", PLAIN))
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(bytes(content))


def _twice(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _zip(path, ("a.csv", PLAIN), ("a.csv", PLAIN + PLAIN))


ARCHIVES = (
    Case("a zip of the table", "a.zip", lambda path: _zip(path, ("a.csv", PLAIN)), rows=3),
    Case("a zip that unpacks to 400 MB of blanks", "a.zip", _bomb, says="a.zip"),
    Case("a zip in a zip", "a.zip", _nested, says="a.zip"),
    Case("a path that climbs out", "a.zip", lambda path: _zip(path, ("../../a.csv", PLAIN)),
         says=""),
    Case("an absolute path", "a.zip", lambda path: _zip(path, ("/tmp/minmap-hostile.csv", PLAIN)),
         says=""),
    Case("a link to another file", "a.zip", _link, says="a.zip"),
    Case("a zip with a password", "a.zip", _locked, says="a.zip"),
    Case("an empty zip", "a.zip", _zip, says="a.zip"),
    Case("a zip without a table", "a.zip", lambda path: _zip(path, ("a.jpg", b"x")), says="a.zip"),
    Case("a zip of 50,000 members", "a.zip", _many, says="a.zip"),
    Case("a zip cut short", "a.zip", data(zlib.compress(PLAIN)), says="a.zip"),
    Case("a zip that lies about a size", "a.zip", _lying, says="a.zip"),
    Case("a zip with a broken member", "a.zip", _damaged, says="a.zip"),
    Case("two members of one name", "a.zip", _twice, says=""),
    Case("a table called .zip", "a.zip", data(PLAIN), says="a.zip"),
)  # fmt: skip
