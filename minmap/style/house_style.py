"""The house style: fonts, colours, logo and credit of all maps of a report."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from minmap import vocabulary
from minmap.arguments import (
    NoOptions,
    check_keywords,
    items_of,
    nearest_choice,
    require_kind,
    require_one_of,
    require_path,
    require_text,
    shown,
    with_options,
)
from minmap.errors import ChoiceError, FileError, MinmapError
from minmap.files.local_file import require_file
from minmap.files.toml_text import parsed_toml
from minmap.style.css_colors import require_color
from minmap.style.fonts import font_families
from minmap.style.logo import data_url
from minmap.style.palettes import as_palette, is_ramp

THEMES: Final = ("auto", "light", "dark")
PANELS: Final = ("right", "left", "hidden", "legend")
_LARGEST_STYLE: Final = 1 << 20  # bytes of a TOML file
_CURES: Final = {
    **dict.fromkeys(("font_family", "fonts"), "give font=."),
    **dict.fromkeys(("colours", "group_colors"), "give colors= a mapping from codes to colours."),
    **dict.fromkeys(("cmap", "colormap"), "give palette=."),
    **dict.fromkeys(("title", "subtitle"), "give it to minmap.Map: each map has its own."),
    "color": "give point_color=, overlay_colors= or colors=.",
    **dict.fromkeys(("footer", "copyright", "attribution"), "give credit=."),
}


@dataclass(frozen=True, init=False)
class Style:
    """The look that all maps of a report share.

    Parameters
    ----------
    font
        Families of fonts on the page and the map, as in CSS: ``"PT Sans, Arial"`` or a list. They
        are those of the reader's system; the first that it has is taken.
    colors
        Colours by the codes of `minmap.vocabulary.commodity_groups` and `commodities`, such as
        ``{"precious": "gold", "Cu": "#B87333"}``, instead of minmap's own. A commodity may have its
        name in any language of the vocabulary too, such as ``"Copper"``.
    palette
        Palette of numbers, as in `Map.add`; one that has an order.
    overlay_colors
        Colours of lines and areas that have no other, in turn.
    point_color
        Colour of points that have no other.
    theme
        Theme of the page, as in `Map`.
    logo
        Path of a PNG or SVG file of at most 512 kB, shown in the panel and on the printed sheet.
    logo_text
        What the logo says, for those who do not see it, such as the name of the company.
    panel
        Side of the layer panel: ``"right"`` or ``"left"``; ``"hidden"`` folds it at first, and
        ``"legend"`` shows its title, legends and credit alone until the reader opens it.
    credit
        A line below the layers in the panel and on the printed sheet.

    Raises
    ------
    ChoiceError
        If an argument, a code, a colour, a font or a palette is unknown.
    FileError
        If the logo is missing, too large, or neither PNG nor SVG.
    MinmapError
        If a value has another type.

    See Also
    --------
    Map : ``Map(data, style=style)``; what is given to `Map` and `Map.add` wins over the style.

    Examples
    --------
    >>> import minmap as mm
    >>> style = mm.Style(font="PT Sans", colors={"precious": "gold"}, credit="Survey of the Altai")
    >>> style.font, style.colors
    ('"PT Sans", sans-serif', {'precious': '#ffd700'})
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> m = mm.Map(deposits, style=style)
    """

    font: str | None
    colors: Mapping[str, str]
    palette: Any
    overlay_colors: tuple[str, ...]
    point_color: str | None
    theme: str | None
    logo: str | None
    logo_text: str | None
    panel: str
    credit: str | None

    @with_options(NoOptions, {}, cures=_CURES)
    def __init__(
        self,
        *,
        font: str | Sequence[str] | None = None,
        colors: Mapping[str, str] | None = None,
        palette: Any = None,
        overlay_colors: Sequence[str] = (),
        point_color: str | None = None,
        theme: str | None = None,
        logo: str | os.PathLike[str] | None = None,
        logo_text: str | None = None,
        panel: str = "right",
        credit: str | None = None,
    ) -> None:
        for name, text in (("logo_text", logo_text), ("credit", credit)):
            if text is not None:
                require_text(text, name=name, like="Survey of the Altai")
        if theme is not None:
            require_one_of(theme, THEMES, name="theme")
        point = None if point_color is None else require_color(point_color, name="point_color")
        checked = {
            "font": None if font is None else font_families(font),
            "colors": _colors_of_codes({} if colors is None else colors),
            "palette": None if palette is None else _with_order(palette),
            "overlay_colors": _colors(overlay_colors),
            "point_color": point,
            "theme": theme,
            "logo": None if logo is None else data_url(logo),
            "logo_text": logo_text,
            "panel": require_one_of(panel, PANELS, name="panel"),
            "credit": credit,
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Return the call that makes the style, with a logo shortened."""
        given = {name: value for name, value in vars(self).items() if value not in (None, {}, ())}
        if self.logo is not None:
            given["logo"] = f"{self.logo[:22]}..."
        return f"Style({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    @classmethod
    @check_keywords
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """Return the style that a TOML file describes.

        Parameters
        ----------
        path
            The file, whose keys are the arguments of `Style`; ``colors`` is a table. The path of a
            logo counts from the folder of the file.

        Raises
        ------
        FileError
            If the file is missing, or not TOML, or does not describe a style. The message names the
            key, its value and the choices.

        Examples
        --------
        >>> import minmap as mm
        >>> style = mm.Style.from_toml("house.toml")  # doctest: +SKIP
        """
        file = require_path(path, name="path")
        given = _read_toml(file)
        if isinstance(logo := given.get("logo"), str):
            given["logo"] = file.parent / logo
        try:
            return cls(**given)
        except MinmapError as error:
            keys = "|".join(map(re.escape, given))
            words = re.sub(rf"\b({keys})=(?=\S)", r"\1 = ", str(error))  # as in the file
            raise FileError(f"{file} does not describe a style: {words}") from error


def _read_toml(path: Path) -> dict[str, Any]:
    require_file(path)
    if path.stat().st_size > _LARGEST_STYLE:
        raise FileError(f"{path} is larger than 1 MB, so it is no style; give the right file.")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a TOML file: {error}.") from error
    return parsed_toml(text, str(path))


def _colors_of_codes(colors: Any) -> dict[str, str]:
    cure = "give a mapping such as {'precious': 'gold', 'Cu': '#B87333'}"
    given = require_kind(colors, Mapping, name="colors", cure=cure)
    found: dict[str, str] = {}
    for key, value in given.items():
        code = _code_of(key)
        if code in found:
            raise MinmapError(f"colors has two colours for {code!r}; leave out colors[{key!r}].")
        found[code] = require_color(value, name=f"colors[{key!r}]")
    return found


def _code_of(key: Any) -> str:
    """Return the code of a commodity group or a commodity that a code or a name means."""
    if not isinstance(key, str):
        raise _unknown_code(key)
    if key in _codes():
        return key
    try:
        codes = vocabulary.resolve_commodity(key)
    except ChoiceError:
        raise _unknown_code(key) from None
    if len(codes) > 1:
        raise MinmapError(
            f"colors has {key!r}, which means several commodities; give a colour for each of "
            f"{', '.join(codes)}."
        )
    return codes[0]


@cache
def _codes() -> tuple[str, ...]:
    tables = (vocabulary.commodity_groups(), vocabulary.commodities())
    return tuple(code for table in tables for code in table["code"])


def _unknown_code(code: Any) -> ChoiceError:
    names = (vocabulary.commodity_groups()["code"], vocabulary.commodities()["name"])
    near = nearest_choice(str(code), [name for one in names for name in one])
    hint = "." if near is None else f"; did you mean {near!r}?"
    groups = ", ".join(vocabulary.commodity_groups()["code"])
    return ChoiceError(
        f"colors has {shown(code)}, which is neither a commodity group nor a commodity{hint} "
        f"Groups: {groups}. Commodities are such as 'Cu' or 'Copper': see "
        "minmap.vocabulary.commodities()."
    )


def _colors(colors: Any) -> tuple[str, ...]:
    listed = items_of(colors)
    if listed is None:
        raise MinmapError(
            f"overlay_colors={shown(colors)} is not a list; give one, such as ['#5B4A8A', 'teal']."
        )
    return tuple(require_color(one, name=f"overlay_colors[{n}]") for n, one in enumerate(listed))


def _with_order(palette: Any) -> Any:
    """Return a palette for numbers."""
    if not is_ramp(as_palette(palette)):
        raise ChoiceError(
            f"palette={shown(palette)} has no order, as numbers have; give one with an order, "
            "such as 'viridis', or give it to Map.add."
        )
    return palette
