"""XML that is deep or has very many folders is read in one pass, or refused in one line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import Point

import minmap as mm
from minmap.errors import FileError, MinmapWarning
from minmap.files import open_document
from minmap.style.file_styles.companions import style_of_file

pytestmark = pytest.mark.exhaustive

KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>{}</Document></kml>'
POINT = "<Point><coordinates>{},1</coordinates></Point>"
GPX = '<gpx version="1.1" creator="a" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'
GML = '<ogr:FeatureCollection xmlns:ogr="a" xmlns:gml="http://www.opengis.net/gml">{}{}'


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def placemark(number: int, *columns: str) -> str:
    data = "".join(f'<Data name="{name}"><value>{number}</value></Data>' for name in columns)
    return (
        f"<Placemark><name>p{number}</name><ExtendedData>{data}</ExtendedData>"
        f"{POINT.format(number % 90)}</Placemark>"
    )


def folder(name: str, *placemarks: str) -> str:
    return f"<Folder><name>{escape(name)}</name>{''.join(placemarks)}</Folder>"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often GDAL opens a file."""
    calls = Counter[str]()

    def count(name: str) -> None:
        call = getattr(pyogrio, name)

        def counted(*given: Any, **options: Any) -> Any:
            calls[name] += 1
            return call(*given, **options)

        monkeypatch.setattr(pyogrio, name, counted)

    for name in ("list_layers", "read_info", "read_dataframe"):
        count(name)
    return calls


def test_three_hundred_folders_are_read_without_opening_the_file_for_each(
    tmp_path: Path, opened: Counter[str]
) -> None:
    folders = [
        folder(f"f{n}", *(placemark(20 * n + k, "grade", f"own{n % 3}") for k in range(20)))
        for n in range(300)
    ]
    path = put(tmp_path / "a.kml", KML.format("".join(folders)))
    with open_document(path) as document:
        assert document.layers == tuple(f"f{n}" for n in range(300))
        frame = document.cells("f7").frame
        assert [*frame.columns] == ["Name", "description", "grade", "own1"]
        assert frame["Name"].tolist() == [f"p{n}" for n in range(140, 160)]
        assert {"Name", "grade", "own1"} <= {*document.columns("f7")}
        assert "own2" not in document.columns("f7")
    assert opened.total() < 12


def test_the_folder_of_a_known_source_is_found_among_many(tmp_path: Path) -> None:
    mrds = ("dep_id", "site_name", "dev_stat", "code_list", "latitude", "longitude", "url")
    folders = [folder(f"f{n}", placemark(n, "a")) for n in range(150)]
    folders.insert(70, folder("deposits", placemark(5, *mrds)))
    path = put(tmp_path / "a.kml", KML.format("".join(folders)))
    with pytest.warns(MinmapWarning, match="not in the vocabulary"):
        read = mm.read(path)
    assert len(read) == 1
    assert read["source"].tolist() == ["mrds"]


def test_the_only_folder_with_placemarks_is_read_among_two_thousand(
    tmp_path: Path, opened: Counter[str]
) -> None:
    path = put(tmp_path / "a.kml", KML.format(placemark(1) + "<Folder></Folder>" * 2000))
    with open_document(path) as document:
        assert document.layers == ("d",)
    assert opened.total() < 6


def test_folders_are_counted_whatever_their_names(tmp_path: Path) -> None:
    names = ["a\\", 'b\\"', "c\\\\d", "g'h", "i.j", "k;l", "select", "m\nn", '"', "ж", "*", "x]`--"]
    empty = [folder(f"{name} 0") for name in names]
    filled = [folder(name, *[placemark(1, "x")] * n) for n, name in enumerate(names, start=1)]
    path = put(tmp_path / "a.kml", KML.format("".join([*empty, *filled])))
    with open_document(path) as document:
        assert document.layers == tuple(names)
        sizes = [len(document.cells(name).frame) for name in names]
        assert sizes == [*range(1, len(names) + 1)]
        assert all("x" in document.columns(name) for name in names)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<Folder></Folder>" * 5001, "more than 5,000 folders"),
        (folder("a") * 501, "more than 500 folders of one name"),
        ("".join(folder(f"A (#{n})") for n in range(501)), "more than 500 folders of one name"),
        (placemark(1, *(f"c{n}" for n in range(4001))), "more than 4,000 columns"),
        (
            placemark(1, *(f"c{n}" for n in range(101))) + "<Folder></Folder>" * 2000,
            "more than 200,000 columns in all its folders together",
        ),
    ],
)
def test_kml_that_keeps_gdal_busy_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    path = put(tmp_path / "a.kml", KML.format(content))
    with pytest.raises(FileError, match=fault) as refused, open_document(path):
        pass
    assert "\n" not in str(refused.value)


def features(types: int, columns: int, *, own: bool = True) -> str:
    members = "".join(
        f"<gml:featureMember><ogr:t{n}>"
        + "".join(f"<ogr:c{n * own}_{k}>1</ogr:c{n * own}_{k}>" for k in range(columns))
        + f"</ogr:t{n}></gml:featureMember>"
        for n in range(types)
    )
    return GML.format(members, "</ogr:FeatureCollection>")


def waypoint(columns: int) -> str:
    own = "".join(f"<a:c{n}>1</a:c{n}>" for n in range(columns))
    return GPX.format(f"<wpt lat='1' lon='2'><extensions xmlns:a='a'>{own}</extensions></wpt>")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.gml", features(1001, 1, own=False), "more than 1,000 types of features"),
        ("a.gml", features(1, 4001), "more than 4,000 columns"),
        ("a.gpx", waypoint(4001), "more than 4,000 columns"),
        ("a.gml", features(201, 5), "more than 200,000 columns in all its types of features"),
    ],
)
def test_types_and_columns_that_keep_gdal_busy_are_refused(
    name: str, text: str, fault: str, tmp_path: Path, opened: Counter[str]
) -> None:
    path = put(tmp_path / name, text)
    with pytest.raises(FileError, match=fault) as refused, open_document(path):
        pass
    assert "\n" not in str(refused.value)
    assert not opened


def test_gml_of_many_types_tells_the_columns_of_each(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gml", features(50, 20))
    with open_document(path) as document:
        assert {f"c7_{k}" for k in range(20)} <= {*document.columns("t7")}
        assert not {f"c8_{k}" for k in range(20)} & {*document.columns("t7")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.kml", KML.format("<a>" * 300 + "</a>" * 300)),
        ("a.gpx", GPX.format("<wpt lat='1' lon='2'>" + "<a>" * 300 + "</a>" * 300 + "</wpt>")),
        ("a.gml", GML.format("<gml:featureMember><ogr:t>", "<ogr:a>" * 300)),
    ],
)
def test_deep_xml_is_refused_before_gdal_parses_it(
    tmp_path: Path, name: str, text: str, opened: Counter[str]
) -> None:
    with (
        pytest.raises(FileError, match="more than 200 deep"),
        open_document(put(tmp_path / name, text)),
    ):
        pass
    assert not opened


def test_deep_styles_of_kml_are_left_out(tmp_path: Path) -> None:
    style = "<LineStyle><color>ff0000ff</color></LineStyle>"
    path = put(tmp_path / "a.kml", f"<kml>{'<a>' * 300}{style * 300}{'</a>' * 300}</kml>")
    found = style_of_file(path)
    assert found is not None
    assert not found.entries
    assert "more than 200 deep" in found.left_out[0]


def test_the_folders_of_a_kml_are_one_table(tmp_path: Path) -> None:
    names = ["Kounrad", "Aksu", "Bestobe", "Zhetygara"]
    folders = [
        folder(f"f{n}", *(placemark(n, "Cu").replace(f"p{n}", f"{name} {n}") for name in names))
        for n in range(12)
    ]
    path = put(tmp_path / "a.kml", KML.format("".join(folders)))
    with pytest.warns(MinmapWarning, match="Sheets read: 'f0', 'f1'"):
        read = mm.read(path)
    assert read["name"].tolist() == [f"{name} {n}" for n in range(12) for name in names]


def test_each_type_of_gml_is_opened_a_few_times(tmp_path: Path, opened: Counter[str]) -> None:
    types = "".join(
        f"<gml:featureMember><ogr:t{n}><ogr:p><gml:Point srsName='EPSG:4326'><gml:coordinates>1,2"
        f"</gml:coordinates></gml:Point></ogr:p><ogr:c>1</ogr:c></ogr:t{n}></gml:featureMember>"
        for n in range(30)
    )
    path = put(tmp_path / "a.gml", GML.format(types, "</ogr:FeatureCollection>"))
    with pytest.raises(FileError, match="30 tables, and none comes from a known source"):
        mm.read(path)
    assert opened.total() < 4 * 30


def test_each_table_of_a_database_is_opened_a_few_times(
    tmp_path: Path, opened: Counter[str]
) -> None:
    point = gpd.GeoSeries([Point(1, 2)], crs=4326)
    for number in range(20):
        pyogrio.write_dataframe(
            gpd.GeoDataFrame({f"c{number}": [number]}, geometry=point),
            tmp_path / "a.gpkg",
            layer=f"t{number}",
        )
    with open_document(tmp_path / "a.gpkg") as document:
        assert "c7" in document.columns("t7")
    opened.clear()
    with pytest.raises(FileError, match="20 tables, and none comes from a known source"):
        mm.read(tmp_path / "a.gpkg")
    assert opened.total() < 4 * 20
