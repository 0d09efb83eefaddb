"""Hostile words and numbers that mutations put into files."""

from __future__ import annotations

from pathlib import Path

PORT = 49_371
"""Port of 127.0.0.1 where the fuzzer listens: a connection to it is a finding."""
DESCRIPTOR = 99
"""Where each worker holds its own folder of canary files open."""
CANARY = Path(f"/proc/self/fd/{DESCRIPTOR}")
"""That folder, which no reader may open: the same text names another folder in each process."""
BESIDE = "../canary"
"""The same folder, relative to each input."""
MARK = "canary-7f3a9c"
"""Text of the canary files: it must not appear in what is read from another file."""

_URL = f"http://127.0.0.1:{PORT}"

NUMBERS: tuple[bytes, ...] = (
    *(b"0", b"-0", b"-1", b"1", b"2147483648", b"4294967296", b"-9223372036854775808"),
    *(b"18446744073709551616", b"1e308", b"-1e308", b"1e-320", b"1e999", b"NaN", b"nan", b"inf"),
    *(b"-inf", b"Infinity", b"-Infinity", b"1.#QNAN", b"null", b"true", b'""', b"0x7f"),
    *(b"1_000", b"9" * 400, b"90.0000001", b"-180.5", b"1e400", b".", b"--1", b"1,5"),
)

_VRT_VECTOR = (
    f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{BESIDE}/secret.csv'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)
_VRT_RASTER = (
    '<VRTDataset rasterXSize="4" rasterYSize="4"><SRS>EPSG:4326</SRS><GeoTransform>60,1,0,50,0,-1'
    '</GeoTransform><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">'
    f'<SourceFilename relativeToVRT="1">{BESIDE}/secret.bin</SourceFilename>'
    "</VRTRasterBand></VRTDataset>"
)
_WMS = (
    f'<GDAL_WMS><Service name="TMS"><ServerUrl>{_URL}/${{z}}</ServerUrl></Service><DataWindow>'
    "<UpperLeftX>0</UpperLeftX><UpperLeftY>1</UpperLeftY><LowerRightX>1</LowerRightX><LowerRightY>"
    "0</LowerRightY><SizeX>4</SizeX><SizeY>4</SizeY></DataWindow></GDAL_WMS>"
)
_ENTITY = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{CANARY}/secret.csv">]>'

WORDS: tuple[bytes, ...] = tuple(
    word if isinstance(word, bytes) else word.encode()
    for word in (
        *(_VRT_VECTOR, _VRT_RASTER, _WMS, _ENTITY, "<OGRVRTDataSource>", "<VRTDataset>"),
        *("<GDAL_WMS>", "<WMTSDataSource>", "gdal_streamed_alg", "&x;", "&#0;", "&#xD800;"),
        *(f"/vsicurl/{_URL}/a.csv", f"GeoJSON:{_URL}/a", f"{_URL}/a.tif", f"WFS:{_URL}"),
        *(f"PG:host=127.0.0.1 port={PORT} password=secret", f"/vsizip/{CANARY}/a.zip/a.csv"),
        *(f"{BESIDE}/secret.csv", f"{BESIDE}/secret.bin", f"{CANARY}/secret.tif", "../..", "/"),
        *(f'<a xlink:href="{_URL}/a.xsd"/>', f'xsi:schemaLocation="a {_URL}/a.xsd"'),
        *(f'{{"$ref": "{_URL}"}}', "EPSG:999999", "EPSG:4326", "+proj=longlat", "LOCAL_CS[]"),
        *("urn:ogc:def:crs:OGC::CRS84", 'PROJCS["x"', "not a crs", "", " ", "\n", "\r\n", "\t"),
        *("\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", "\u202e"),
        *("\ud83d\ude00".encode("utf-16", "surrogatepass"), "\x1b[31m", "\ufffd", "e\u0301" * 30),
        *("=1+1", "'", '"', '""', "\\", "%s%n", "{{7*7}}", "__import__('os')", "a" * 5_000),
        *("[" * 2_000, "{" * 2_000, '{"a":' * 500, "<a>" * 1_000, "(" * 3_000, "]" * 9, "}"),
        *('{"type": "Feature"}', '{"type": "Point", "coordinates": []}', "POINT EMPTY"),
        *("POINT (nan nan)", "POLYGON ((0 0))", "GEOMETRYCOLLECTION (POINT (1 1))", "NULL"),
        *("9999-99-99", "2020-13-45T99:99:99Z", "-0001-01-01", "12:60", "NaT", "id", "geometry"),
        *("latitude", "longitude", "dep_id", "site_name", "source", "country", "commodities"),
    )
)  # fmt: skip
