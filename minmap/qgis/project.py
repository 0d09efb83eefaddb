"""The project of QGIS in a GeoPackage: layers in their order, named and switched as on a map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pyproj import CRS

from minmap.qgis.elements import document, label, number, written
from minmap.qgis.older_map import PROJECT, PROJECT_MARK
from minmap.qgis.view import MERCATOR, View
from minmap.writing.metadata import citation_of

_VERSION: Final = "3.40.0"
_KEY: Final = "minmap_layer_{:04}"  # QGIS replaces shorter ones
_GEOMETRIES: Final = ("Point", "Line", "Polygon")
_ABOUT: Final = {"last_modified_time": "1980-01-01T00:00:00", "last_modified_user": ""}

Row = tuple[str, str, str]
"""A row of the table of projects: its name, what is known of it, and its content."""


@dataclass(frozen=True)
class ProjectLayer:
    """A layer of a project.

    Attributes
    ----------
    name
        Its name in the panel of layers.
    source
        Where its data are, beside the project.
    style
        Its style.
    sources
        The sources of its data.
    is_shown
        Whether it is drawn at first.
    group
        The heading above it; None without one.
    crs
        The system of a table; None for that of rasters.
    dimension
        0 for points, 1 for lines, 2 for areas, None for a raster.
    """

    name: str
    source: str
    style: Element
    sources: Sequence[Mapping[str, Any]] = ()
    is_shown: bool = True
    group: str | None = None
    crs: CRS | None = None
    dimension: int | None = None


def project_row(layers: Sequence[ProjectLayer], title: str, view: View) -> Row:
    """Return the row of a project.

    Parameters
    ----------
    layers
        The layers, the lowest first.
    title
        The title of the map.
    view
        What the map shows at first, and the system of the project.
    """
    root = Element("qgis", projectname=label(title), version=_VERSION)
    SubElement(root, "title").text = label(title)
    _add_system(SubElement(root, "projectCrs"), view.crs)
    has_system = SubElement(SubElement(root, "properties"), "SpatialRefSys")
    SubElement(has_system, "ProjectionsEnabled", type="int").text = "1"
    tree = SubElement(root, "layer-tree-group")
    groups = dict[str, Element]()
    listed = SubElement(root, "projectlayers")
    for place, layer in reversed(list(enumerate(layers))):
        group = layer.group
        if group is not None and group not in groups:
            groups[group] = SubElement(
                tree, "layer-tree-group", name=label(group), checked="Qt::Checked"
            )
        parent = tree if group is None else groups[group]
        _add_layer(parent, listed, layer, _KEY.format(place))
    _add_view(root, view)
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo("map.qgs"), document(root))
    return PROJECT, json.dumps({**_ABOUT, **PROJECT_MARK}), content.getvalue().hex()


def _add_layer(tree: Element, listed: Element, layer: ProjectLayer, key: str) -> None:
    provider = "gdal" if layer.dimension is None else "ogr"
    checked = "Qt::Checked" if layer.is_shown else "Qt::Unchecked"
    SubElement(
        tree, "layer-tree-layer", id=key, name=label(layer.name), source=written(layer.source),
        providerKey=provider, checked=checked, expanded="1",
    )  # fmt: skip
    one = SubElement(listed, "maplayer", dict(layer.style.attrib))
    one.set("type", "raster" if layer.dimension is None else "vector")
    if layer.dimension is not None:
        one.set("geometry", _GEOMETRIES[layer.dimension])
    texts = {"id": key, "datasource": written(layer.source), "layername": label(layer.name)}
    for name, text in {**texts, "provider": provider}.items():
        SubElement(one, name).text = text
    _add_system(SubElement(one, "srs"), MERCATOR if layer.crs is None else layer.crs)
    _add_metadata(one, layer)
    one.extend(layer.style)


def _add_metadata(one: Element, layer: ProjectLayer) -> None:
    """Add the name and the sources of a layer, which QGIS shows in its information."""
    cited = list(map(citation_of, layer.sources))
    licences = [str(source["licence"]) for source in layer.sources if source.get("licence")]
    SubElement(one, "attribution").text = written("; ".join(cited))
    metadata = SubElement(one, "resourceMetadata")
    texts = {"type": ["dataset"], "title": [layer.name], "abstract": ["\n".join(cited)]}
    for name, listed in {**texts, "rights": cited, "license": licences}.items():
        for text in dict.fromkeys(listed):
            SubElement(metadata, name).text = written(text)


def _add_system(parent: Element, crs: CRS) -> None:
    system = SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    SubElement(system, "wkt").text = written(crs.to_wkt())


def _add_view(root: Element, view: View) -> None:
    if view.box is None:
        return
    canvas = SubElement(root, "mapcanvas", name="theMapCanvas")
    SubElement(canvas, "units").text = "meters"
    extent = SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), view.box, strict=True):
        SubElement(extent, name).text = number(value)
    _add_system(SubElement(canvas, "destinationsrs"), view.crs)
