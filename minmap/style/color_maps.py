"""Colour maps by name: those of matplotlib, ColorBrewer among them, and Fabio Crameri's."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from minmap.style.symbols import PALETTE
from minmap.types import Floats

CATEGORIES: Final = "Okabe-Ito"
"""minmap's own palette of values without an order."""
DIVERGING: Final = frozenset(
    {
        "PiYG", "PRGn", "BrBG", "PuOr", "RdGy", "RdBu", "RdYlBu", "RdYlGn", "Spectral", "coolwarm",
        "bwr", "seismic", "berlin", "managua", "vanimo", "broc", "cork", "vik", "lisbon", "tofino",
        "roma", "bam",
    }
)  # fmt: skip
"""Colour maps with a neutral middle."""

_BREWER: Final = frozenset(
    {
        "Blues", "BuGn", "BuPu", "GnBu", "Grays", "Greens", "Greys", "OrRd", "Oranges", "PuBu",
        "PuBuGn", "PuRd", "Purples", "RdPu", "Reds", "YlGn", "YlGnBu", "YlOrBr", "YlOrRd",
    }
)  # fmt: skip
_REVERSED: Final = "_r"
# matplotlib's maps with so few colours are lists of colours without an order, as are Crameri's
# with a name that ends in S.
_FEW: Final = 32


def base_name(name: str) -> str:
    """Return the name of a colour map without the mark of a reversed one."""
    return name.removesuffix(_REVERSED)


@cache
def color_map_names() -> tuple[str, ...]:
    """Return the names of all colour maps, without those that are reversed."""
    from matplotlib import colormaps  # noqa: PLC0415  (slow; only palettes need it)

    plain = (name for name in colormaps if not name.endswith(_REVERSED) and "." not in name)
    return (CATEGORIES, *dict.fromkeys([*plain, *_crameri_files()]))


@cache
def listed_colors(name: str) -> tuple[str, ...] | None:
    """Return the colours of a palette without an order; None for one that is a ramp.

    Examples
    --------
    >>> len(listed_colors("tab20")), len(listed_colors("batlowS")), listed_colors("viridis")
    (20, 100, None)
    """
    from matplotlib import colormaps, colors  # noqa: PLC0415

    base = base_name(name)
    if base == CATEGORIES:
        found: list[str] = list(PALETTE)
    elif base in _crameri_files():
        found = [colors.to_hex(color) for color in _crameri(base)] if base[-1] == "S" else []
    else:
        few = colormaps[base]
        is_list = isinstance(few, colors.ListedColormap) and few.N < _FEW
        found = [colors.to_hex(color) for color in few(np.arange(few.N))] if is_list else []
    return tuple(found if base == name else reversed(found)) or None


def colors_at(name: str, positions: Floats) -> Floats:
    """Return red, green and blue, 0 to 1, at positions from 0 to 1 of a ramp.

    Only the part that is visible on a light map is used: all but the lightest quarter of
    ColorBrewer's sequential maps, and all but the ends of its diverging ones.

    Notes
    -----
    viridis: S. van der Walt and N. Smith (2015); cividis: Nunez, Anderton and Renslow (2018),
    https://doi.org/10.1371/journal.pone.0199239; ColorBrewer 2.0: C. Brewer,
    https://colorbrewer2.org; Crameri, Shephard and Heron (2020),
    https://doi.org/10.1038/s41467-020-19160-7.
    """
    from matplotlib import colormaps  # noqa: PLC0415

    base = base_name(name)
    low, high = (0.25, 1.0) if base in _BREWER else (0.0, 1.0)
    if base in DIVERGING and base not in _crameri_files():
        low, high = 0.06, 0.94
    if base != name:
        positions = 1 - positions
    places = low + positions * (high - low)
    if base not in _crameri_files():
        found: Floats = colormaps[base](places)[:, :3]
        return found
    table = _crameri(base)
    rows = np.clip(np.floor(places * len(table)), 0, len(table) - 1)
    picked: Floats = table[rows.astype(int)]
    return picked


@cache
def _crameri_files() -> dict[str, Path]:
    """Return the tables of cmcrameri that matplotlib does not have.

    The package itself is not imported, because it would import pyplot, which opens windows.
    """
    from matplotlib import colormaps  # noqa: PLC0415

    found: Any = importlib.util.find_spec("cmcrameri")
    paths = sorted(Path(found.origin).parent.glob("cmaps/*.txt"))
    return {path.stem: path for path in paths if path.stem not in colormaps}


@cache
def _crameri(name: str) -> Floats:
    """Return the red, green and blue of each step of a colour map."""
    return np.loadtxt(_crameri_files()[name])
