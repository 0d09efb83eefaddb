"""What QGIS shows of files; run by the Python that has QGIS, which tests are not.

It reads a list of requests from the standard input, `{"layers": [...], "box": [west, south, east,
north], "size": [width, height], "picture": path}`, and writes what it found as JSON. A layer is
`[path, name]`, or `[path]` of a raster. The lowest layer is the first. With `"project": path` the
layers are those of the project in a GeoPackage, and with `"view": true` the box is that of the
project. With `"print": true` a layout for print is drawn in place of the screen's map, and with
`"saved_mm": size` the style of each layer is saved in its GeoPackage, with symbols of this size, or
as it is for 0.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsRasterLayer,
    QgsRectangle,
    QgsRenderContext,
    QgsSymbolLayer,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSize
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
        "fields": [field.name() for field in layer.fields()], "texts": labels_of(layer),
    }  # fmt: skip


def labels_of(layer: object) -> list[str]:
    """Return the texts of the labels of a layer."""
    if not layer.labelsEnabled():
        return []
    settings = layer.labeling().settings()
    name = settings.fieldName
    expression = QgsExpression(
        name if settings.isExpression else QgsExpression.quotedColumnRef(name)
    )
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    texts = []
    for record in layer.getFeatures():
        context.setFeature(record)
        texts.append(str(expression.evaluate(context)))
    return texts


def save_style(layer: object, size_mm: float) -> None:
    """Save the style of a layer of points in its GeoPackage."""
    if size_mm:
        context = QgsRenderContext()
        for symbol in layer.renderer().symbols(context):
            for part in symbol.symbolLayers():
                part.setDataDefinedProperty(QgsSymbolLayer.PropertySize, QgsProperty())
                part.setSize(size_mm)
                part.setSizeUnit(QgsUnitTypes.RenderMillimeters)
    layer.saveStyleToDatabase("edited", "", True, "")


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
    if request.get("print"):
        print_map(layers, request, settings)
        return
    settings.setLayers(layers[::-1])
    settings.setOutputSize(QSize(*request["size"]))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(request["picture"])


def print_map(layers: list, request: dict, settings: object) -> None:
    """Draw layers on a layout for print, at 96 dpi."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    width, height = (side / 96 * 25.4 for side in request["size"])
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(width, height))
    item = QgsLayoutItemMap(layout)
    item.attemptSetSceneRect(QRectF(0, 0, width, height))
    item.setCrs(settings.destinationCrs())
    item.setLayers(layers[::-1])
    item.zoomToExtent(settings.extent())
    layout.addLayoutItem(item)
    exported = QgsLayoutExporter.ImageExportSettings()
    exported.dpi = 96
    QgsLayoutExporter(layout).exportToImage(request["picture"], exported)


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
        if "saved_mm" in request:
            for layer in layers:
                save_style(layer, request["saved_mm"])
            continue
        render(layers, request, boxed(request))
    print(json.dumps(answers))


main()
