"""The words of legends as page, figure and QGIS show them, from their specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.words import leg_text, limit_text, others_text, unit_text, word
from minmap.style.symbols import NOT_GIVEN


def named(legend: Mapping[str, Any], spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a legend of codes with the words for them.

    Examples
    --------
    >>> spec = {"columns": [{"words": {"KAZ": "Kazakhstan"}}]}
    >>> named({"column": 0, "entries": [{"label": "KAZ"}, {"label": "none"}]}, spec)["entries"]
    [{'label': 'KAZ', 'text': 'Kazakhstan'}, {'label': 'none'}]
    """
    if "column" not in legend:
        return legend
    words: Mapping[str, str] = spec["columns"][legend["column"]].get("words", {})
    entries = [
        {**entry, "text": words[entry["label"]]}
        if entry["label"] in words and not {"text", "others"} & entry.keys()
        else entry
        for entry in legend["entries"]
    ]
    return {**legend, "entries": entries}


def entry_text(given: Mapping[str, Any], language: str, *, is_dated: bool = False) -> str:
    """Return the label of an entry in the language of the map, as the page has it."""
    label = str(given.get("text", given["label"]))
    if "text" in given or (is_dated and "limits" in given):
        return label
    if "others" in given:
        return others_text(int(given["others"]), language)
    if "missing" in given:
        codes = ", ".join(limit_text(code, language) for code in given["missing"])
        return f"{word(NOT_GIVEN, language)} ({codes})"
    if "limits" in given and "mode" not in given:
        ends = dict.fromkeys(limit_text(limit, language) for limit in given["limits"])
        return " – ".join(ends)
    return leg_text(label, language) if "mode" in given else word(label, language)


def title_text(legend: Mapping[str, Any], language: str) -> str:
    """Return the title of a legend with its unit, unless it ends with that."""
    title, unit = word(legend.get("title") or "", language), legend.get("unit")
    shown_unit = unit_text(unit, language) if unit else ""
    has_unit = unit and any(
        title.rstrip(" )]").endswith((f" {one}", f"({one}", f",{one}"))
        for one in (unit, shown_unit)
    )
    return " ".join(filter(None, (title, f"({shown_unit})" if unit and not has_unit else "")))


def note_text(note: str, language: str) -> str:
    """Return the note of a legend in a language: a sentence, or a name with a text.

    Examples
    --------
    >>> note_text("Population: Natural Earth, 2017", "ru")
    'Население: Natural Earth, 2017'
    """
    name, colon, text = note.partition(": ")
    whole = word(note, language)
    return f"{word(name, language)}: {text}" if colon and whole == note else whole


def worded(part: DrawnRecords, spec: Mapping[str, Any], language: str) -> DrawnRecords:
    """Return records whose legends have words in place of codes and English.

    Parameters
    ----------
    part
        The records.
    spec
        What their layer describes for the page.
    language
        Language of the map.
    """
    spec, marks = spec.get(part.kind, spec), part.marks
    shown = named(spec["legend"], spec)["entries"]
    if marks.legend.scale is not None:
        shown = [_shortened(entry) for entry in shown]
    texts = [entry_text(entry, language, is_dated=marks.legend.dates) for entry in shown]
    own = zip(marks.legend.entries, texts, strict=True)
    legend = replace(marks.legend, entries=tuple(replace(entry, label=text) for entry, text in own))
    more = spec.get("marks", {}).get("legends") or marks.legends
    legends = tuple(_worded(named(one, spec), language) for one in more)
    return replace(part, marks=replace(marks, legend=legend, legends=legends))


def _shortened(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a step of a ramp with limits of at most 4 digits."""
    if "limits" not in entry:
        return entry
    return {**entry, "limits": [float(f"{limit:.4g}") for limit in entry["limits"]]}


def _worded(legend: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a further legend with its title and its unit, and the texts of its lines."""
    found = {**legend, "title": title_text(legend, language)}
    if "entries" in legend:
        return {**found, "texts": [entry_text(entry, language) for entry in legend["entries"]]}
    texts = [limit_text(number, language) for number, _ in legend["samples"]]
    if legend["floor"] is not None:
        texts.append(f"≤ {limit_text(legend['floor'], language)}")
    return {**found, "texts": [*texts, word(NOT_GIVEN, language)]}
