"""Headings of columns of unknown tables."""

from __future__ import annotations

import pytest

from minmap.reading.headings import FULL, QUALIFIED, strengths


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        ("POINT_LONGITUDE", "POINT_LATITUDE"),
        ("LONG_GMS", "LAT_GMS"),
        ("CENTROID_LONG", "CENTROID_LAT"),
        ("LONGITUD_GD", "LATITUD_GD"),
        ("longdms", "latdms"),
    ],
)
def test_words_for_a_point_and_for_degrees_leave_a_coordinate_what_it_is(longitude, latitude):
    assert {*strengths(longitude)} == {"longitude"}
    assert {*strengths(latitude)} == {"latitude"}
    assert strengths(longitude)["longitude"] >= QUALIFIED <= strengths(latitude)["latitude"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Naziv ležišta", "name"),
        ("Designação", "name"),
        ("ΟΝΟΜΑ", "name"),
        ("Вид корисної копалини", "commodities"),
        ("Kopalina główna", "commodities"),
        ("Mineralna sirovina", "commodities"),
        ("Komoditi", "commodities"),
        ("ΜΕΤΑΛΛΕΥΜΑ", "commodities"),
        ("Kopaliny towarzyszące", "secondary_commodities"),
        ("مواد همراه", "secondary_commodities"),
        ("Mineral Ikutan", "secondary_commodities"),
        ("Стан освоєння", "status"),
        ("Holati", "status"),
        ("Tahap Kegiatan", "status"),
        ("ΚΑΤΑΣΤΑΣΗ", "status"),
        ("Szerokość geogr.", "latitude"),
        ("Географска ширина", "latitude"),
        ("Γεωγραφικό πλάτος", "latitude"),
        ("Lintang (LS)", "latitude"),
        ("Latitud Sur", "latitude"),
        ("Długość geogr.", "longitude"),
        ("Geografska dužina", "longitude"),
        ("Γεωγραφικό μήκος", "longitude"),
        ("Bujur (BT)", "longitude"),
        ("Longitud Oeste", "longitude"),
    ],
)
def test_headings_in_further_languages(heading, field):
    assert max(strengths(heading).items(), key=lambda item: item[1]) == (field, FULL)


def test_a_point_is_no_latitude():
    assert "latitude" not in strengths("POINT_ID")
    assert strengths("POINT_Y")["latitude"] == FULL


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Ордын нэр", "name"),
        ("NAIM_OB", "name"),
        ("Уртраг", "longitude"),
        ("Өргөрөг", "latitude"),
        ("Ашигт малтмалын төрөл", "commodities"),
        ("Аймаг", "admin1"),
    ],
)
def test_headings_in_mongolian_and_of_russian_shapefiles(heading, field):
    assert strengths(heading) == {field: FULL}
