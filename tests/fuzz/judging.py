"""Judge how reading one input ended: read, refused in words, or a finding."""

from __future__ import annotations

import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

from minmap.errors import MinmapError, MinmapWarning
from tests.fuzz.reading import READERS
from tests.fuzz.tokens import MARK


@dataclass(frozen=True)
class Outcome:
    """How an input ended.

    Attributes
    ----------
    end
        "read", "refused" or "finding".
    cause
        What a finding has in common with others of the same root; "" if it is none.
    detail
        Message and traceback, for people.
    seconds
        Processor time.
    memory_bytes
        By how much the process grew at its peak.
    """

    end: str
    cause: str = ""
    detail: str = ""
    seconds: float = 0.0
    memory_bytes: int = 0


def judge(reader: str, path: Path) -> Outcome:
    """Read a file and say how it ended; only the end of the process is not caught here."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            text = READERS[reader](path)
    except MinmapError as error:
        fault = _fault_of_message(str(error))
        end = "finding" if fault else "refused"
        return Outcome(end, fault and f"{fault} {_place(error)}", str(error)[:5_000])
    except BaseException as error:  # noqa: BLE001  every other end of a reader is a finding
        lines = "".join(traceback.format_exception(error))
        return Outcome("finding", f"{type(error).__name__} {_place(error)}", lines[-5_000:])
    if MARK in text:
        return Outcome("finding", "content of another file", text[:2_000])
    return _judged_warnings(caught)


def _judged_warnings(caught: list[warnings.WarningMessage]) -> Outcome:
    for warning in caught:
        said = str(warning.message)
        if not issubclass(warning.category, MinmapWarning):
            where = f"{_short(warning.filename)}:{warning.lineno}"
            return Outcome("finding", f"{warning.category.__name__} {where}", said[:2_000])
        if fault := _fault_of_message(said):
            return Outcome("finding", f"{fault} (warning)", said[:5_000])
    return Outcome("read")


def _fault_of_message(message: str) -> str:
    if "Traceback" in message:
        return "message with a traceback"
    return "message with a canary" if MARK in message else ""


def _place(error: BaseException) -> str:
    """Name the innermost function of minmap on the way to the error, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/minmap/" in frame.filename.replace("\\", "/")]
    inner = own[-1] if own else frames[-1]
    place = f"{_short(inner.filename)}:{inner.name}"
    if frames[-1] is not inner:
        place += f" < {_short(frames[-1].filename)}:{frames[-1].name}"
    return place


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])


def loaded_before_judging() -> None:
    """Import what readers import late, so that an input does not pay for it."""
    import matplotlib.pyplot  # noqa: F401, PLC0415
    import rasterio  # noqa: F401, PLC0415

    import minmap.webmap  # noqa: F401, PLC0415
