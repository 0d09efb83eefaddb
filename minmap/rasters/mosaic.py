"""Check mosaics (GDAL's virtual rasters, .vrt): parts must be in or below their folder."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.geodesy.crs import file_in_crs

_MOST_BYTES: Final = 64 << 20
# The elements of a mosaic of plain files: gdal.org, "VRT -- GDAL Virtual Format". Raw bands, other
# kinds of datasets, pixel functions and options of drivers are left out.
_ELEMENTS: Final = frozenset(
    (
        *("vrtdataset", "srs", "geotransform", "gcplist", "gcp", "metadata", "mdi", "maskband"),
        *("vrtrasterband", "description", "nodatavalue", "nodata", "hidenodatavalue", "unittype"),
        *("offset", "scale", "colorinterp", "colortable", "entry", "categorynames", "category"),
        *("histograms", "histitem", "histmin", "histmax", "bucketcount", "includeoutofrange"),
        *("approximate", "histcounts", "simplesource", "complexsource", "averagedsource"),
        *("sourcefilename", "sourceband", "sourceproperties", "srcrect", "dstrect", "scaleoffset"),
        *("scaleratio", "usemaskband", "lut", "exponent", "srcmin", "srcmax", "dstmin", "dstmax"),
        *("clamp", "colortablecomponent", "overviewlist", "blockxsize", "blockysize"),
        *("gdalrasterattributetable", "fielddefn", "name", "type", "usage", "row", "f"),
    )
)
_ATTRIBUTES: Final = frozenset(
    (
        *("rasterxsize", "rasterysize", "band", "datatype", "subclass", "relativetovrt", "shared"),
        *("key", "domain", "format", "xoff", "yoff", "xsize", "ysize", "blockxsize", "blockysize"),
        *("dataaxistosrsaxismapping", "coordinateepoch", "c1", "c2", "c3", "c4", "resampling"),
        *("projection", "id", "pixel", "line", "x", "y", "z", "info", "index", "tabletype"),
        *("row0min", "binsize"),
    )
)
_CURE: Final = "Copy the mosaic to a GeoTIFF: gdal_translate mosaic.vrt mosaic.tif."


def parts_of_mosaic(path: Path) -> list[Path]:
    """Return the files of a mosaic; raise unless they are in or below its folder.

    Parameters
    ----------
    path
        A .vrt file.

    Returns
    -------
    list of Path
        Its files, each once. The caller checks that they are rasters.

    Raises
    ------
    FileError
        If it is not a mosaic of files, computes pixels or reads raw bytes, or one of its files is
        missing or not in or below the folder of `path`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.vrt"
    >>> _ = path.write_text(
    ...     "<VRTDataset><VRTRasterBand><SimpleSource><SourceFilename>/etc/hosts</SourceFilename>"
    ...     "</SimpleSource></VRTRasterBand></VRTDataset>"
    ... )
    >>> parts_of_mosaic(path)
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: /...a.vrt names '/etc/hosts', which is not a file in or below
    its folder; minmap opens nothing else. Copy the mosaic to a GeoTIFF: gdal_translate mosaic.vrt
    mosaic.tif.
    """
    root = _parsed(path)
    for element in root.iter():
        _require_part(element, path)
    found = dict.fromkeys(_sources(root, path))
    if not found:
        raise FileError(f"{path} names no file; give a mosaic of GeoTIFFs, or a GeoTIFF.")
    return list(found)


def _require_part(element: ElementTree.Element, path: Path) -> None:
    """Raise unless an element belongs in a mosaic of plain files and names no file as its CRS."""
    attributes = _attributes(element)
    subclass = attributes.get("subclass", "")
    odd = [name for name in attributes if name not in _ATTRIBUTES]
    if element.tag.lower() not in _ELEMENTS:
        odd = [element.tag]
    elif subclass.lower() not in {"", "vrtsourcedrasterband"}:
        odd = [subclass]
    named = [text for text in (element.text, *attributes.values()) if text and file_in_crs(text)]
    if named:
        raise FileError(
            f"{path}: its CRS names the file {file_in_crs(named[0])!r}, which minmap does not "
            f"open. {_CURE}"
        )
    if odd:
        raise FileError(
            f"{path} holds {odd[0]!r}, which does not belong in a mosaic of plain files. {_CURE}"
        )


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    return {name.lower(): value for name, value in element.attrib.items()}


def _parsed(path: Path) -> ElementTree.Element:
    if path.stat().st_size > _MOST_BYTES:
        raise FileError(f"{path} is larger than a mosaic can be. {_CURE}")
    content = path.read_bytes()
    if b"<!" in content.replace(b"<!--", b""):
        raise FileError(
            f"{path} declares XML entities or holds CDATA, which no mosaic needs. {_CURE}"
        )
    with as_file_error(f"{path} is a damaged mosaic", cure=_CURE):
        root = ElementTree.fromstring(content)  # noqa: S314  # it has no entities
    if root.tag.lower() != "vrtdataset":
        raise FileError(f"{path} is not a mosaic of GDAL but <{root.tag}>. {_CURE}")
    return root


def _sources(root: ElementTree.Element, path: Path) -> Iterator[Path]:
    folder = path.resolve().parent
    for element in root.iter():
        if element.tag.lower() != "sourcefilename":
            continue
        name = element.text or ""
        relative = _attributes(element).get("relativetovrt", "0")
        file = (folder if relative == "1" else Path.cwd()) / name
        # The first two letters may be a drive, C:.
        is_plain = relative in {"0", "1"} and name == name.strip() and ":" not in name[2:]
        is_inside = is_plain and _is_inside(file, folder)
        if is_inside and not os.path.exists(file):  # noqa: PTH110  # unlike is_file it accepts long names
            raise FileError(f"{path} is made of {_shown(name)!r}, which is missing; put it back.")
        if not (is_inside and file.is_file()):
            raise FileError(
                f"{path} names {_shown(name)!r}, which is not a file in or below its folder; "
                f"minmap opens nothing else. {_CURE}"
            )
        yield file


def _is_inside(file: Path, folder: Path) -> bool:
    try:
        return folder in file.resolve().parents
    except (OSError, ValueError):
        return False


def _shown(name: str) -> str:
    """Return the part of a path that a message may repeat: the prefix of a connection string."""
    return name if ":" not in name else f"{name.partition(':')[0]}:..."
