"""The style of a table as QGIS keeps it in a GeoPackage (QML)."""

from __future__ import annotations

import json
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from minmap.qgis.elements import field_name, points, quoted, rgba
from minmap.qgis.renderers import add_renderer
from minmap.qgis.symbology import Symbology
from minmap.qgis.tables import RecordTable
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.strokes import INK
from minmap.style.file_styles.qgis_looks import LOOKS, digests_of
from minmap.style.file_styles.qgis_style import COVER

_VERSION: Final = "3.40.0"
_LABEL_PX: Final = 11.0
_NODES_ZOOM: Final = 6.0  # as on the page
_AROUND_POINT, _CURVED, _HORIZONTAL = "6", "3", "4"
_PLACEMENTS: Final = (_AROUND_POINT, _CURVED, _HORIZONTAL)


def style_of(table: RecordTable) -> Element:
    """Return the style of a table; columns that it needs are added to the table."""
    labels = _labels_of(table.part)
    root = Element(
        "qgis", version=_VERSION, styleCategories="AllStyleCategories",
        labelsEnabled="0" if labels is None else "1", simplifyDrawingHints="1",
        hasScaleBasedVisibilityFlag="0",
    )  # fmt: skip
    symbology = Symbology(table)
    add_renderer(root, symbology)
    looks = {**symbology.keywords(), "digests": digests_of(root)}
    if labels is not None:
        column, zoom = labels
        texts = _text_of(table, column)
        looks["labels"] = {texts: table.names[column]}
        _add_labels(root, table.dimension, texts, zoom)
    group = SubElement(SubElement(root, "customproperties"), "Option", type="Map")
    SubElement(group, "Option", type="QString", name=LOOKS, value=json.dumps(looks))
    SubElement(root, "blendMode").text = "0"
    SubElement(root, "featureBlendMode").text = COVER if table.part.cover else "0"
    SubElement(root, "layerOpacity").text = "1"
    SubElement(root, "layerGeometryType").text = str(table.dimension)
    return root


def _labels_of(part: DrawnRecords) -> tuple[str, float] | None:
    """Return the column and the least zoom of labels; those of nodes are their names."""
    if part.kind == "nodes":
        return "name", _NODES_ZOOM
    return None if part.labels is None else (part.labels.column, part.labels.zoom)


def _text_of(table: RecordTable, column: str) -> str:
    """Return the expression of labels: a column, or one of their texts if these are not its values.

    It is never an expression of the user's. Records that are added in QGIS have no text yet.
    """
    own = table.names[column]
    texts = table.label_texts(column)
    return field_name(own) if texts is None else f"coalesce({quoted(texts)}, {quoted(own)})"


def _add_labels(root: Element, dimension: int, name: str, zoom: float) -> None:
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    text = SubElement(
        settings, "text-style", fieldName=name, isExpression="1" if '"' in name else "0",
        fontSize=points(_LABEL_PX), fontSizeUnit="Point", textColor=rgba(INK), textOpacity="1",
        allowHtml="0", fontWeight="50" if dimension else "63", multilineHeight="1",
        fontItalic="1" if dimension else "0",
    )  # fmt: skip
    SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize=points(1.5), bufferSizeUnits="Point",
        bufferColor=rgba("#ffffff"), bufferOpacity="0.85", bufferNoFill="1",
    )  # fmt: skip
    SubElement(settings, "text-format", multilineAlign="3", wrapChar="", formatNumbers="0")
    SubElement(
        settings, "placement", placement=_PLACEMENTS[dimension], priority="5", dist="0.5",
        distUnits="MM", offsetType="1", placementFlags="10", polygonPlacementFlags="2",
        fitInPolygonOnly="1" if dimension == 2 else "0",
    )  # fmt: skip
    scale = f"{591658711 / 2**zoom:.0f}"
    SubElement(
        settings, "rendering", drawLabels="1", obstacle="1", mergeLines="0", fontMinPixelSize="0",
        fontMaxPixelSize="10000", scaleVisibility="1" if zoom else "0", scaleMin="0",
        scaleMax=scale,
    )  # fmt: skip
