"""What QGIS shows of files; run by the Python that has QGIS, which tests are not.

It reads a list of requests from the standard input, `{"layers": [...], "box": [west, south, east,
north], "size": [width, height], "picture": path}`, and writes what it found as JSON. A layer is
`[path, name]`, or `[path]` of a raster. The lowest layer is the first. With `"project": path` the
layers are those of the project in a GeoPackage, and with `"view": true` the box is that of the
project.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def opened(path: str, *name: str) -> object:
    """Return a layer with its default style."""
    if not name:
        return QgsRasterLayer(path, "raster")
    return QgsVectorLayer(f"{path}|layername={name[0]}", name[0], "ogr")


def described(layer: object) -> dict:
    """Return what QGIS understood of a layer and its style."""
    if isinstance(layer, QgsRasterLayer):
        renderer = layer.renderer()
        nodes = [[text, color.name()] for text, color in renderer.legendSymbologyItems()]
        return {
            "valid": layer.isValid(), "type": renderer.type(), "legend": nodes,
            "opacity": renderer.opacity(),
        }  # fmt: skip
    renderer = layer.renderer()
    legend = [
        [node.label(), node.symbol().color().name() if node.symbol() else None]
        for node in renderer.legendSymbolItems()
    ]
    shown = [
        renderer.legendSymbolItemChecked(node.ruleKey()) for node in renderer.legendSymbolItems()
    ]
    return {
        "valid": layer.isValid(), "type": renderer.type(), "legend": legend, "shown": shown,
        "count": layer.featureCount(), "labels": layer.labelsEnabled(),
        "fields": [field.name() for field in layer.fields()],
    }  # fmt: skip


def cited(layer: object) -> dict:
    """Return what QGIS tells of the sources of a layer."""
    about = layer.metadata()
    return {
        "title": about.title(), "abstract": about.abstract(), "rights": about.rights(),
        "licenses": about.licenses(), "attribution": layer.serverProperties().attribution(),
    }  # fmt: skip


def boxed(request: dict) -> object:
    """Return settings that show the box of a request in Web Mercator."""
    settings = QgsMapSettings()
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    to_map = QgsCoordinateTransform(degrees, mercator, QgsProject.instance())
    settings.setDestinationCrs(mercator)
    settings.setExtent(to_map.transformBoundingBox(QgsRectangle(*request["box"])))
    return settings


def render(layers: list, request: dict, settings: object) -> None:
    """Draw layers at 96 dpi."""
    settings.setLayers(layers[::-1])
    settings.setOutputSize(QSize(*request["size"]))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(request["picture"])


def answered(request: dict) -> dict:
    """Return what the project of a GeoPackage has, and draw what it shows."""
    project = QgsProject.instance()
    address = f"geopackage:{request['project']}?projectName=map"
    view = QgsMapSettings()
    project.readProject.connect(
        lambda document: view.readXml(document.elementsByTagName("mapcanvas").item(0))
    )
    is_read = project.read(address)
    tree = project.layerTreeRoot()
    nodes = tree.findLayers()
    shown = [node.layer() for node in nodes if node.isVisible()][::-1]
    render(shown, request, view if request.get("view") else boxed(request))
    return {
        "read": is_read, "title": project.title(), "crs": project.crs().authid(),
        "extent": view.extent().toRectF().getCoords(), "view_crs": view.destinationCrs().toProj(),
        "groups": [group.name() for group in tree.findGroups()],
        "layers": [
            {
                "name": node.name(), "visible": node.isVisible(), **described(node.layer()),
                **cited(node.layer()),
            }
            for node in nodes
        ],
    }  # fmt: skip


def main() -> None:
    """Answer the requests."""
    application = QgsApplication([], False)
    application.initQgis()
    answers = []
    for request in json.load(sys.stdin):
        if "project" in request:
            answers.append(answered(request))
            continue
        layers = [opened(*one) for one in request["layers"]]
        answers.append([described(layer) for layer in layers])
        render(layers, request, boxed(request))
    print(json.dumps(answers))


main()
