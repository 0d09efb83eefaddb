"""Meaning is never invented: what a column of an unknown table could be besides a field."""

from __future__ import annotations

import io

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import MinmapError, MinmapWarning
from minmap.files.cells import Cells
from minmap.reading.column_contents import LEAST_CONFIDENCE, explanations, odds_of
from minmap.reading.column_evidence import values_of
from minmap.reading.column_match import match
from minmap.reading.headings import meanings, says_nothing, series_of
from minmap.reading.overrides import OVERRIDES
from minmap.types import TEXT

pytestmark = pytest.mark.exhaustive

# Made up for the tests: neither the places nor what is said of them are facts.
NAMES = ["Ridge", "Old Bell", "Sorrel Creek", "Haley", "Lone Pine", "Kidd"]
PLACE = {
    "lat": ["46.95", "46.99", "47.1", "48.5", "50.1", "43.7"],
    "lon": ["79.9", "74.9", "70.1", "69.2", "80.1", "71.3"],
}
ADDRESSES = [
    "12 Main Street, Atlanta, GA",
    "7 Er Road, Macon, GA",
    "PO Box 9, Rome, GA",
    "44 Highway 5, Athens, GA",
    "1 Pine Avenue, Perry, GA",
    "3 Hill Drive, Albany, GA",
]


def cells(columns):
    return Cells(pd.DataFrame(columns, dtype=TEXT), None, [])


def matched(**columns):
    """Return the columns of each field but the coordinates, in a table with coordinates."""
    source = match(cells(PLACE | columns), label="a.csv").source
    found = {field: rules[0].columns for field, rules in source.fields.items()}
    found.pop("deposit_type_text", None)
    return found | ({"id": (source.key,)} if source.key else {})


def said_of(**columns):
    return match(cells(PLACE | columns), label="a.csv").note


@pytest.mark.parametrize(
    ("countries", "codes"),
    [
        (["SA", "SA"], ["ZAF", "ZAF"]),
        (["SA", "Namibia"], ["ZAF", "NAM"]),
        (["SA", "ZA"], ["SAU", "ZAF"]),
    ],
)
def test_sa_is_a_code_only_beside_other_codes_and_else_the_point_decides(countries, codes):
    table = pd.DataFrame({"Name": ["A", "B"], "Latitude": ["-25.7", "-28.7"]})
    table = table.assign(Longitude=["28.2", "24.7"], Country=countries)
    with pytest.warns(MinmapWarning):
        assert mm.read(table)["country"].tolist() == codes


# What no field has --------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["STATE", "st", "f4"])
def test_an_abbreviated_state_is_no_calcium(heading):
    found = matched(name=NAMES, **{heading: ["CA"] * 4 + ["NV", "CO"]})
    assert "commodities" not in found


@pytest.mark.parametrize("heading", ["Country", "country_code", "ISO2", "Страна"])
@pytest.mark.parametrize("codes", [["KZ", "UZ", "TJ"], ["CA", "CO", "KZ"], ["KZ"] * 3])
def test_codes_of_two_letters_under_the_heading_of_countries_are_countries(heading, codes):
    assert matched(name=NAMES, **{heading: codes * 2})["country"] == (heading,)


@pytest.mark.parametrize(
    ("heading", "codes"),
    [("Country", ["CA", "NV", "CO"]), ("State", ["CA", "CO", "AL"]), ("f4", ["KZ", "UZ", "TJ"])],
)
def test_codes_of_two_letters_of_states_or_of_nothing_known_are_no_countries(heading, codes):
    assert "country" not in matched(name=NAMES, **{heading: codes * 2})


@pytest.mark.parametrize("heading", ["ADDRESS", "f4", "site_location"])
def test_words_inside_addresses_are_no_gallium_and_erbium(heading):
    assert "commodities" not in matched(name=NAMES, **{heading: ADDRESSES})


COMPANIES = ["Ridge Mining Ltd", "Bell LLC", "Sorrel Inc", "Haley Corp", "Pine Co", "Kidd Mines"]


@pytest.mark.parametrize(
    "heading", ["company1", "Operator", "CURRENT_OPERATOR", "недропользователь"]
)
def test_a_company_is_no_name(heading):
    assert matched(Metal=["Gold"] * 6, **{heading: COMPANIES}).keys() == {"commodities"}


@pytest.mark.parametrize(
    "ids",
    [
        [f"mines.{number}" for number in range(6)],
        [f"3f2504e0-4f89-11d3-9a0c-0305e82c330{number}" for number in range(6)],
        [f"9e107d9d372bb6826bd81d3542a419d{number}" for number in range(6)],
    ],
)
@pytest.mark.parametrize("heading", ["f1", "key", "name"])
def test_a_technical_id_is_no_name(ids, heading):
    assert "name" not in matched(Metal=["Gold"] * 6, **{heading: ids})


def test_a_metal_that_two_languages_call_alike_stays_unknown_unless_the_column_decides():
    metals = ["олово, цинк", "олово", "цинк"]
    table = pd.DataFrame({"Name": NAMES[:3], "Commodity": metals})
    table = table.assign(**{key: PLACE[key][:3] for key in PLACE})
    with pytest.warns(MinmapWarning, match="'олово' was left unknown: lead in Bulgarian"):
        found = mm.read(table)
    assert found["commodities"].fillna("").tolist() == ["Zn", "", "Zn"]
    table["Commodity"] = [*metals[:2], "бакар"]
    with pytest.warns(MinmapWarning, match="Columns taken"):
        assert mm.read(table)["commodities"][1] == "Pb"


@pytest.mark.parametrize(
    ("degree", "explored", "state", "mined"),
    [
        ("Степень изученности", "разведано", "Степень освоения", "разрабатываемое"),
        ("Степень изученности", "разведано", "Состояние", "действующий рудник"),
        ("勘查程度", "勘探", "利用情况", "生产"),
        ("勘查程度", "勘探", "开发状态", "生产"),
        ("勘查阶段", "勘探", "矿山状态", "生产"),
        ("Exploration status", "Prospect", "Mine status", "Producer"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_state_of_development_is_the_status_and_not_the_exploration(
    degree, explored, state, mined, order
):
    table = pd.DataFrame({"Name": NAMES[:3], degree: [explored] * 3, state: [mined] * 3})
    table = table[["Name", *[degree, state][::order]]]
    table = table.assign(**{key: PLACE[key][:3] for key in PLACE})
    with pytest.warns(MinmapWarning, match=f"Other columns with a status.*'{degree}'"):
        assert mm.read(table)["status"].tolist() == ["producer"] * 3
    with pytest.warns(MinmapWarning, match=f"status <- '?{degree}"):
        alone = mm.read(table.drop(columns=state))
    assert alone["status"].tolist() == ["prospect"] * 3


def test_substance_is_the_heading_of_commodities_in_french_tables():
    table = pd.DataFrame({"Gîte": NAMES[:3], "Substance": ["Argent", "Cobalt", "Zn-Pb-Cu"]})
    table = table.assign(**{key: PLACE[key][:3] for key in PLACE})
    with pytest.warns(MinmapWarning, match="commodities <- Substance"):
        assert mm.read(table)["commodities"].tolist() == ["Ag", "Co", "Zn Pb Cu"]


def test_a_part_of_the_world_is_no_province():
    assert "admin1" not in matched(name=NAMES, Region=["Asia"] * 3 + ["Europe"] * 3)
    assert matched(name=NAMES, Region=["Atacama"] * 3 + ["Antofagasta"] * 3)["admin1"] == (
        "Region",
    )


@pytest.mark.parametrize("values", [["Y", "N"] * 3, ["1", "2", "3", "1", "2", "3"], ["True"] * 6])
def test_answers_and_numbers_under_the_heading_status_are_no_status(values):
    assert "status" not in matched(name=NAMES, Status=values)


def test_long_remarks_are_no_commodities_and_no_name():
    text = (
        "Gold and silver were found in a vein beside the old road, and copper in the north of it."
    )
    remarks = [f"{text} {number}" for number in range(6)]
    assert matched(f1=remarks, name=NAMES).keys() == {"name"}
    assert matched(Remarks=remarks, name=NAMES).keys() == {"name"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["Sonora", "Chihuahua", "Durango", "Sonora", "Zacatecas", "Sinaloa"], "admin1"),
        (["Minas Gerais", "Pará", "Bahia", "Goiás", "Pará", "Bahia"], "admin1"),
        (["Prospect", "Producer", "Past Producer", "Prospect", "Producer", "Prospect"], "status"),
    ],
)
def test_estado_is_the_state_or_the_status_by_its_values(values, field):
    assert matched(nombre=NAMES, estado=values)[field] == ("estado",)


def test_estado_with_words_of_neither_is_a_question():
    words = ["Alfa", "Beta", "Gama", "Delta", "Alfa", "Beta"]
    assert matched(nombre=NAMES, estado=words).keys() == {"name"}
    assert "Is 'estado' the status? columns={'status': 'estado'}" in said_of(
        nombre=NAMES, estado=words
    )


# Headings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "content"),
    [
        ("erl:name", "name"),
        ("{http://www.opengis.net/x}commodity", "commodities"),
        ("ms:site_name", "name"),
        ("properties.status", "status"),
        ("gml_id", "id"),
        ("namemine", "name"),
        ("minename", "name"),
        ("commodityname", "commodities"),
        ("NOMBREMINA", "name"),
        ("sitestatus", "status"),
        ("COMMODITY_CODE", "commodities"),
        ("STATUS_DESCRIPTION", "status"),
        ("Substância", "commodities"),
        ("Nome da jazida", "name"),
        ("N deg", "latitude"),
        ("E deg", "longitude"),
        ("Lat_NAD83", "latitude"),
        ("ownername", "other company"),
        ("Host rock", "other age or rock"),
    ],
)
def test_headings_with_namespaces_run_together_and_in_other_languages(heading, content):
    found = meanings(heading)
    assert max(found, key=found.__getitem__) == content


@pytest.mark.parametrize(
    "heading", ["Type", "tipo", "Class", "Coal Type", "kind of mineral", "product"]
)
@pytest.mark.parametrize("values", [["Gold", "Copper, zinc", "Iron ore"], ["Anthracite"] * 3])
def test_values_that_are_all_names_of_commodities_leave_no_doubt(heading, values):
    assert matched(name=NAMES, **{heading: values * 2})["commodities"] == (heading,)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Type", ["Granite", "Limestone", "Marble"]),
        ("Type", ["Gold vein", "Copper skarn", "Open pit"]),
        ("Type", ["Open pit", "Underground", "Placer"]),
        ("Type", ["Prospect", "Producer", "Mine"]),
        ("Rock type", ["Gold", "Copper", "Iron ore"]),
        ("Type", ["Gold", "Copper", "Ridge"]),
    ],
)
def test_other_values_under_a_vague_heading_are_no_commodities(heading, values):
    assert "commodities" not in matched(name=NAMES, **{heading: values * 2})


@pytest.mark.parametrize(
    ("main", "others"),
    [
        ("primary_commodity", ["secondary_commodity"]),
        ("main", ["other"]),
        ("Mineral principal", ["Minerales secundarios"]),
        ("Commodity", ["By-products", "Other commodities"]),
    ],
)
def test_secondary_commodities_follow_the_main_ones(main, others):
    table = {main: ["Gold", "Copper", "Zinc"] * 2}
    table = dict.fromkeys(others, ["Silver", None, "Lead"] * 2) | table
    assert matched(name=NAMES, **table)["commodities"] == (main, *others)


def test_remarks_under_the_heading_other_are_no_secondary_commodities():
    remarks = ["Tin shed", "Gold Road", "Copper pipes"] * 2
    assert matched(name=NAMES, Metal=["Gold"] * 6, other=remarks)["commodities"] == ("Metal",)


@pytest.mark.parametrize(
    ("heading", "content"),
    [
        ("nimi", "name"), ("kaivoksen nimi", "name"), ("isim", "name"), ("نام معدن", "name"),
        ("اسم المنجم", "name"), ("名称", "name"), ("nombre del depósito", "name"),
        ("Gruvenavn", "name"), ("kaivoksen ", "name"), ("ماده معدنی", "commodities"),
        ("نوع الخام", "commodities"), ("hovedråstoff", "commodities"),
        ("cevher türü", "commodities"), ("وضعیت معدن", "status"), ("حالة المنجم", "status"),
        ("işletme durumu", "status"), ("طول جغرافیایی", "longitude"), ("خط العرض", "latitude"),
        ("کشور", "country"), ("maakunta", "admin1"),
    ],
)  # fmt: skip
def test_headings_in_nordic_and_oriental_languages(heading, content):
    found = meanings(heading)
    assert max(found, key=found.__getitem__) == content


@pytest.mark.parametrize("heading", ["Name", "NAME", "Deposit name", "Название", "nom"])
def test_numbers_under_a_heading_that_says_name_are_names(heading):
    numbers = ["101", "102", "103a", "104", "105", "106"]
    assert matched(Metal=["Gold"] * 6, **{heading: numbers})["name"] == (heading,)
    both = matched(Metal=["Gold"] * 6, Deposit=NAMES, **{heading: numbers})
    assert both["name"] == ("Deposit",)
    assert "name" not in matched(Metal=["Gold"] * 6, Site=numbers)


def test_words_with_numbers_are_names():
    sites = [f"Site {number}" for number in range(8, 14)]
    assert matched(Metal=["Gold"] * 6, Site=sites)["name"] == ("Site",)


# As tables of S&P have them.
LISTS = [
    ("PRIMARY_COMMODITY", "COMMODITIES_LIST"),
    ("Main commodity", "All commodities"),
    ("Hauptrohstoff", "Rohstoffe"),
]


@pytest.mark.parametrize(("main", "all_of"), LISTS)
def test_a_list_of_all_commodities_adds_to_the_main_one_which_stays_first(main, all_of):
    metals = ["Copper", "Gold", "Zinc", "Tin", "Gold", "Lead"]
    more = ["Gold, Copper", "Silver, Gold", "Zinc", "Tungsten, Tin", "Gold", "Zinc, Lead"]
    found = matched(name=NAMES, **{main: metals, all_of: more})
    assert found["commodities"] == (main, all_of)
    assert matched(name=NAMES, **{all_of: more, main: metals})["commodities"] == (main, all_of)
    with pytest.warns(MinmapWarning):
        table = mm.read(pd.DataFrame(PLACE | {"name": NAMES, main: metals, all_of: more}))
    assert table["commodities"].tolist() == ["Cu Au", "Au Ag", "Zn", "Sn W", "Au", "Pb Zn"]
    elsewhere = matched(name=NAMES, **{main: metals, all_of: metals[::-1]})
    assert len(elsewhere["commodities"]) == 1


@pytest.mark.parametrize(
    ("main", "others"),
    [
        ("Substancia mineral", "SUBSTANCIAS_ASSOC"),
        ("Sustancia", "Sustancias accesorias"),
        ("Основные ПИ", "Попутные ПИ"),
        ("Пайдалы қазба", "Пайдалы қазба_2"),
        ("Пайдалы қазба", "Ілеспе пайдалы қазба"),
        ("Huvudmineral", "Övriga"),
        ("Main", "Other"),
        ("Arvoaine", "Muut arvoaineet"),
        ("Recurso primario", "Recurso secundario"),
        ("SUBST_PRINC", "SUBST_SECON"),
    ],
)
def test_by_products_are_taken_after_the_main_commodity(main, others):
    by_products = ["Silver", "", "Gold, copper", "Unobtainium", "Zinc", "Lead"]
    found = matched(name=NAMES, **{others: by_products, main: ["Copper", "Gold"] * 3})
    assert found["commodities"] == (main, others)


def test_the_main_metal_comes_before_by_products_and_kinds_are_left_aside():
    table = {
        "Råstofftype": ["Metall"] * 6,
        "Hovedmetall": ["Kobber", "Sink", "Jern", "Gull", "Titan", "Nikkel"],
        "Andre metaller": ["Jern, nikkel", "Sølv", "", "", "Bly", "Kobolt"],
    }
    assert matched(name=NAMES, **table)["commodities"] == ("Hovedmetall", "Andre metaller")
    assert "Råstofftype" not in said_of(name=NAMES, **table)


def test_a_name_with_and_without_a_number_is_a_series():
    columns = {"Metal": ["Cu", "Pb"] * 3, "Metal_2": ["Au", "Ag"] * 3}
    assert matched(name=NAMES, **columns)["commodities"] == ("Metal", "Metal_2")


def test_a_column_of_commodities_that_is_not_taken_is_named():
    columns = {"Commodity": ["Gold", "Iron"] * 3, "Metal": ["Tin", "Zinc"] * 3}
    said = said_of(name=NAMES, **columns)
    taken = matched(name=NAMES, **columns)["commodities"]
    (other,) = {*columns} - {*taken}
    cure = f"columns={{'commodities': {other!r}}}"
    assert f"Other columns with commodities were not taken: {other!r}; to take one, {cure}" in said


def test_a_column_that_repeats_the_commodities_taken_is_not_named():
    columns = {"Commodity": ["Gold", "Iron"] * 3, "Metal symbol": ["Au", "Fe"] * 3}
    assert "not taken" not in said_of(name=NAMES, **columns)


def test_codes_of_a_surveys_own_list_are_named_as_not_taken():
    codes = {"COMMOD_C1": ["CU", "CL", "RE", "JD", "AU", "LS"]}
    assert "commodities were not taken: 'COMMOD_C1'" in said_of(name=NAMES, **codes)


def test_a_table_without_a_column_of_names_is_told():
    assert "; no column fits name; change with" in said_of(Metal=["Gold", "Iron"] * 3)
    assert "no column fits" not in said_of(name=NAMES, Metal=["Gold", "Iron"] * 3)


def test_a_table_with_unknown_words_and_no_commodities_or_status_is_told():
    words = {"Xx": ["ore", "clay"] * 3, "Yy": ["lost", "found"] * 3}
    fields = "; no column fits commodities or status (not taken: 'Xx', 'Yy'); change with"
    assert fields in said_of(name=NAMES, **words)
    assert "fits status (not taken: 'Yy');" in said_of(
        name=NAMES, Metal=["Gold"] * 6, Yy=words["Yy"]
    )
    assert "fits commodities (not taken: 'Xx');" in said_of(
        name=NAMES, Status=["Active", "Closed"] * 3, Xx=words["Xx"]
    )


@pytest.mark.parametrize(
    "further",
    [
        {},
        {"Remarks": ["seen once", "seen twice"] * 3},
        {"Company": ["Kara Ltd", "Tau Ltd"] * 3},
        {"Depth": ["120", "90"] * 3},
        {"Survey": ["North sheet"] * 6},
    ],
)
def test_a_table_with_no_unknown_words_is_not_asked_for_commodities(further):
    assert "no column fits" not in said_of(name=NAMES, **further)


def test_a_numbered_series_of_commodities_belongs_together_in_order():
    table = {f"COMMOD_D{number}": [None] * 6 for number in (4, 3, 2)}
    table["COMMOD_D4"] = ["Zinc", None, None, None, None, None]
    table["COMMOD_D2"] = ["Silver", "Gold", None, None, None, None]
    table["COMMOD_D1"] = ["Gold", "Copper", "Tin", "Gold", "Lead", "Gold"]
    found = matched(name=NAMES, **table)
    assert found["commodities"] == ("COMMOD_D1", "COMMOD_D2", "COMMOD_D3", "COMMOD_D4")


def test_three_numbered_commodities_are_main_secondary_and_minor_as_in_mrds():
    table = {"commod1": ["Gold"] * 6, "commod2": ["Lead"] * 6, "commod3": ["Tin"] * 6}
    found = matched(name=NAMES, **table)
    assert (found["commodities"], found["minor_commodities"]) == (
        ("commod1", "commod2"),
        ("commod3",),
    )


def test_of_numbered_names_the_first_is_the_name():
    found = matched(NAME2=[f"{name} 2" for name in NAMES], NAME1=NAMES, Metal=["Gold"] * 6)
    assert (found["name"], found["other_names"]) == (("NAME1",), ("NAME2",))


def test_columns_without_a_name_are_no_series():
    assert series_of("field_3") is None
    assert says_nothing("field_3")
    assert series_of("mineral_3") == ("mineral", 3)


# Accuracy of the locations -----------------------------------------------------------------------

METRES = ["10", "25", "±100", "500 m", "2 km", "0"]


def accuracies(heading, texts, **options):
    fine = {axis: [f"{text}123456" for text in PLACE[axis]] for axis in PLACE}
    frame = pd.DataFrame(fine | {"name": NAMES, heading: texts})
    with pytest.warns(MinmapWarning) as warned:
        return mm.read(frame, **options), str(warned[0].message)


@pytest.mark.parametrize(
    "heading",
    [
        *("Accuracy (m)", "accuracy_m", "Precision (m)", "GPS error, m", "Погрешность, м"),
        *("Genauigkeit [m]", "précision (m)", "Точность координат (м)", "loc_acc_m"),
        *("coordinateUncertaintyInMeters", "Precisión de ubicación (metros)"),
    ],
)
def test_the_accuracy_that_a_table_states_in_metres_is_the_uncertainty(heading):
    table, _ = accuracies(heading, METRES)
    stated = table["location_uncertainty_basis"] == "stated"
    assert table["location_uncertainty_m"][stated].tolist() == [10, 25, 100, 500, 2000]
    assert table["location_uncertainty_basis"].tolist() == ["stated"] * 5 + ["precision"]
    described = mm.describe_match(table).set_index("column").loc[heading]
    assert (described["taken_as"], described["from"]) == ("location_uncertainty_m", "heading")


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
def test_an_accuracy_finer_than_the_digits_is_stated_and_counts_as_the_digits():
    places = {"latitude": ["46.9833", "46.9912"], "longitude": ["75.0001", "75.0123"]}
    frame = pd.DataFrame(places | {"name": ["Kounrad", "Akzhal"], "Accuracy (m)": ["5", ""]})
    table = mm.read(frame)
    assert table["location_uncertainty_m"].tolist() == table["coordinate_precision_m"].tolist()
    assert (table["location_uncertainty_m"] > 5).all()
    assert table["location_uncertainty_basis"].tolist() == ["stated", "precision"]


def test_kilometres_and_cells_with_units_are_metres_after_reading():
    table, _ = accuracies("Location error (km)", ["0.5", "1,5", "2", "300 m", "1", "1"])
    assert table["location_uncertainty_m"].tolist() == [500, 1500, 2000, 300, 1000, 1000]
    table, note = accuracies("Accuracy", ["50 m", "1 km", "50m", "40 м.", "< 90 m", "high"])
    assert table["location_uncertainty_m"].tolist()[:5] == [50, 1000, 50, 40, 90]
    assert "location_uncertainty_m: not in the vocabulary, kept in Accuracy: 'high' (1)" in note


@pytest.mark.parametrize("heading", ["GPS error", "positional accuracy", "Погрешность", "Accuracy"])
def test_an_accuracy_without_a_unit_is_a_question(heading):
    table, note = accuracies(heading, ["10", "25", "100", "500", "90", "20"])
    assert (table["location_uncertainty_basis"] == "precision").all()
    assert f"columns={{'location_uncertainty_m': '{heading}'}}" in note
    asked = mm.describe_match(table).set_index("column").loc[heading, "question"]
    assert asked in note
    told, _ = accuracies(heading, METRES, columns={"location_uncertainty_m": heading})
    assert told["location_uncertainty_m"].tolist()[:3] == [10, 25, 100]


@pytest.mark.parametrize("heading", ["Assay accuracy (m)", "Depth error, m", "Error code"])
def test_the_accuracy_of_something_else_is_left_alone(heading):
    table, note = accuracies(heading, ["10", "25", "100", "500", "90", "20"])
    assert (table["location_uncertainty_basis"] == "precision").all()
    assert "location_uncertainty_m" not in note


SIZES = [
    ("Size", ["Large", "medium", "SMALL", "giant", "small", "world class"]),
    ("Deposit size class", ["L", "M", "S", "L", "S", "L"]),
    ("Taille", ["Grand", "moyen", "petite", "très grand", "petit", "grande"]),
    ("Размер месторождения", ["крупное", "среднее", "мелкое", "уникальное", "малое", "крупное"]),
]


@pytest.mark.parametrize(("heading", "words"), SIZES)
def test_sizes_in_words_are_large_medium_or_small(heading, words):
    table, _ = accuracies(heading, words)
    assert table["size"].tolist() == ["large", "medium", "small", "large", "small", "large"]
    odd, note = accuracies(heading, [*words[:5], "odd"])
    assert odd["size"].isna().tolist() == [False] * 5 + [True]
    assert "size: not in the vocabulary" in note


@pytest.mark.parametrize("heading", ["Size (ha)", "Grain size", "Company"])
def test_sizes_of_other_things_are_left_alone(heading):
    words = ["Large", "small", "small"] if heading == "Company" else ["120", "5", "fine"]
    assert "size" not in matched(name=NAMES, **{heading: words * 2})


# Axes ---------------------------------------------------------------------------------------------

KAZAKH = ["Kazakhstan"] * 6
EXCHANGED = {"lat": PLACE["lon"], "lon": PLACE["lat"]}


def axes(columns):
    found = match(cells({"name": NAMES} | columns), label="a.csv")
    return found.source.coordinates[0], found.note


def test_axes_exchanged_against_the_stated_country_are_exchanged_aloud():
    assert axes(PLACE | {"country": KAZAKH})[0] == ("lon", "lat")
    pair, note = axes(EXCHANGED | {"country": KAZAKH})
    assert pair == ("lat", "lon")
    assert "LONGITUDE AND LATITUDE WERE EXCHANGED" in note
    assert "columns={'longitude': 'lon', 'latitude': 'lat'}" in note
    told = {"longitude": "lon", "latitude": "lat"}
    table = cells({"name": NAMES, "country": KAZAKH} | EXCHANGED)
    assert match(table, label="a.csv", columns=told).source.coordinates == (("lon", "lat"),)


def test_axes_exchanged_against_the_stated_states_are_exchanged_aloud():
    states = ["Ulytau Region"] * 3 + ["Karaganda Region"] * 3
    pair, note = axes(EXCHANGED | {"Region": states})
    assert pair == ("lat", "lon")
    assert "EXCHANGED" in note


def test_axes_exchanged_in_half_of_the_rows_are_left_with_a_warning():
    half = {axis: [*PLACE[axis][:2], *EXCHANGED[axis][2:]] for axis in PLACE}
    pair, note = axes(half | {"country": KAZAKH})
    assert pair == ("lon", "lat")
    assert "may be exchanged: 4 of 6 points would then be in the country" in note


def test_axes_exchanged_into_the_sea_are_a_question_without_a_country():
    # Kyrgyzstan; exchanged, these are in the Barents Sea and the Kara Sea.
    lon, lat = ["74.6", "75.9", "72.8"], ["42.5", "41.4", "40.5"]
    pair, note = axes({"name": NAMES[:3], "lat": lon, "lon": lat})
    assert pair == ("lon", "lat")
    assert "may be exchanged: 3 of 3 points lie in the sea, and 3 would lie on land" in note
    assert "give columns={'longitude': 'lat', 'latitude': 'lon'}" in note
    assert "exchanged" not in axes({"name": NAMES[:3], "lat": lat, "lon": lon})[1]
    half = {"lat": [*lon[:2], lat[2]], "lon": [*lat[:2], lon[2]]}
    assert "exchanged" not in axes({"name": NAMES[:3], **half})[1]
    one = {"name": NAMES[:1], "lat": lon[:1], "lon": lat[:1]}
    assert "exchanged" not in axes(one)[1]
    # In the North Atlantic both ways.
    sea = {"lat": ["30.1", "31.2", "29.4"], "lon": ["-40.2", "-41.3", "-39.8"]}
    assert "exchanged" not in axes({"name": NAMES[:3], **sea})[1]


def test_latitudes_beyond_90_are_longitudes():
    east = ["130.5", "131.2", "135.1", "140.2", "121.0", "150.3"]
    south = ["-25.1", "-30.2", "-20.1", "-33.0", "-28.0", "-31.9"]
    pair, note = axes({"lat": east, "lon": south})
    assert pair == ("lat", "lon")
    assert "since 6 of 6 numbers in lat exceed 90" in note
    with pytest.raises(MinmapError, match="the coordinates of its records"):
        axes({"lat": east, "lon": east})


def test_plain_x_and_y_in_degrees_are_doubted_unless_the_country_confirms_them():
    plain = {"X": PLACE["lat"], "Y": PLACE["lon"]}
    assert "in Russian usage X is the northing" in axes(plain)[1]
    pair, note = axes(plain | {"country": KAZAKH})
    assert pair == ("Y", "X")
    assert "EXCHANGED" in note
    right = {"X": PLACE["lon"], "Y": PLACE["lat"], "country": KAZAKH}
    assert axes(right)[0] == ("X", "Y")
    assert "northing" not in axes(right)[1]


def test_of_two_pairs_of_coordinates_the_best_is_taken_and_the_other_named():
    both = {f"mine_{axis}": values for axis, values in PLACE.items()}
    both |= {f"office_{axis}": ["43.25"] * 6 for axis in PLACE}
    pair, note = axes(both)
    assert pair == ("mine_lon", "mine_lat")
    assert "Other coordinates were not taken: office_lon with office_lat" in note
    datums = {"Lat_NAD27": PLACE["lat"], "Lon_NAD27": PLACE["lon"]}
    assert "name NAD27" in axes(datums)[1]
    for word, name, code in (
        ("KKJ", "KKJ", 4123), ("arc1960", "Arc 1960", 4210), ("pulkovo 1942", "Pulkovo 1942", 4284)
    ):  # fmt: skip
        datums = {f"Lat {word}": PLACE["lat"], f"Lon {word}": PLACE["lon"]}
        note = axes(datums)[1]
        assert f"name {name}," in note
        assert f"give crs='EPSG:{code}'" in note
    modern = {"Lat_ETRS89": PLACE["lat"], "Lon_ETRS89": PLACE["lon"]}
    assert "give crs" not in axes(modern)[1]
    modern = {"Lat_WGS84": PLACE["lat"], "Lon_WGS84": PLACE["lon"]}
    assert axes(datums | modern)[0] == ("Lon_WGS84", "Lat_WGS84")


# The description ----------------------------------------------------------------------------------

FILE = "\n".join(
    [
        "id,Operator,namemine,lat,lon,commodity1,commodity2,estado",
        "1,Ridge Ltd,Ridge,46.95,79.9,Gold,Silver,Alfa",
        "2,Bell LLC,N/A,46.99,74.9,Copper,N/A,Beta",
        "3,Pine Inc,Sorrel Creek,47.1,70.1,Kryptonite,N/A,Gama",
    ]
)


def read(text):
    with pytest.warns(mm.MinmapWarning, match="describe_match"):
        return mm.read(io.BytesIO(text.encode()))


def test_the_match_is_described_column_by_column():
    table = read(FILE)
    described = mm.describe_match(table).set_index("column")
    assert described.index.tolist() == FILE.split("\n", maxsplit=1)[0].split(",")
    assert described["taken_as"].dropna().to_dict() == {
        "id": "id",
        "namemine": "name",
        "lat": "latitude",
        "lon": "longitude",
        "commodity1": "commodities",
        "commodity2": "commodities",
    }
    assert described.loc["commodity1", "understood"] == pytest.approx(2 / 3)
    assert described.loc["namemine", "examples"] == "Ridge; Sorrel Creek"
    assert described.loc["Operator", "evidence"].startswith("company: heading 'Operator' is a name")
    assert described.loc["estado", "question"].startswith("Is 'estado' the ")
    assert described["confidence"].between(0, 1).all()


def test_words_for_a_missing_value_are_missing_in_fields_and_stay_in_the_files_columns():
    table = read(FILE)
    assert table["name"].isna().tolist() == [False, True, False]
    assert table["namemine"].tolist()[1] == "N/A"


def test_rows_of_a_table_are_described_and_other_tables_refused():
    table = read(FILE)
    assert mm.describe_match(table.iloc[:1]).loc[5, "understood"] == 1.0
    with pytest.raises(MinmapError, match=r"no record of a match.* merged or joined tables"):
        mm.describe_match(gpd.GeoDataFrame({"a": [1]}))
    with pytest.raises(MinmapError, match="table="):
        mm.describe_match("a.csv")


def test_columns_of_a_known_source_and_of_the_user_are_described_too():
    deposits = mm.read(mm.sample("pp1802_central_asia.csv"))
    described = mm.describe_match(deposits).set_index("column")
    assert described.loc["DEPOSIT_NAME", "taken_as"] == "name"
    assert described.loc["DEPOSIT_NAME", "evidence"].startswith("column of Global distribution")
    with pytest.warns(mm.MinmapWarning):
        table = mm.read(io.BytesIO(FILE.encode()), columns={"status": "estado"})
    assert mm.describe_match(table).set_index("column").loc["estado", "from"] == (
        "columns={'status': 'estado'}"
    )


WORDS = st.sampled_from(
    [
        "Gold",
        "Cu",
        "CA",
        "Kazakhstan",
        "Prospect",
        "n/a",
        "12",
        "45.5",
        "Asia",
        "Ridge",
        "Y",
        "a@b.cd",
    ]
)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["name", "Status", "f1", "Metal", "Type", "estado", "Operator", "ID", "№"]),
        st.lists(WORDS | st.none(), min_size=4, max_size=4),
        max_size=5,
    )
)
def test_a_column_has_one_field_and_a_confidence_that_is_a_share(columns):
    values = values_of({name: pd.Series(texts, dtype=TEXT) for name, texts in columns.items()})
    for each in explanations(odds_of(values), values).values():
        assert 0 <= sum(one.confidence for one in each) <= 1 + 1e-9
    found = match(
        cells(PLACE | {name: [*texts, None, None] for name, texts in columns.items()}), label="a"
    )
    for entry in found.entries:
        assert 0 <= entry["confidence"] <= 1
        assert entry["taken_as"] in {"", *OVERRIDES}
        if entry["taken_as"] and entry["column"] not in PLACE:
            assert entry["confidence"] >= LEAST_CONFIDENCE


# Addresses, provinces and columns of one commodity ------------------------------------------------

CGI = "http://resource.geosciml.org/classifier/cgi/"


def test_addresses_of_cgi_terms_are_read_as_the_terms_and_are_no_links():
    statuses = ["operating-continuously", "closed", "care-and-maintenance"] * 2
    metals = ["zinc", "gold", "copper", "scandium", "gold", "lead"]
    frame = pd.DataFrame(
        {
            "name": NAMES,
            "status_uri": [f"{CGI}mine-status/{word}" for word in statuses],
            "representativeCommodity_uri": [f"{CGI}commodity-code/{word}" for word in metals],
            "mineralOccurrenceType_uri": [f"{CGI}mineral-occurrence-type/mine"] * 6,
            "specification_uri": [f"https://example.org/mines/{n}" for n in range(6)],
        }
        | PLACE
    )
    with pytest.warns(MinmapWarning) as told:
        table = mm.read(frame)
    assert table["status"].tolist() == ["producer", "past_producer", "inactive"] * 2
    assert table["commodities"].tolist() == ["Zn", "Au", "Cu", "Sc", "Au", "Pb"]
    assert set(table["site_type"]) == {"mine"}
    assert table["url"].tolist() == frame["specification_uri"].tolist()
    assert "not in the vocabulary" not in str(told[0].message)
    plain = frame.drop(columns="status_uri").assign(commodity=metals)
    with pytest.warns(MinmapWarning) as told:
        mm.read(plain)
    assert "no column fits status" not in str(told[0].message)


def test_an_address_of_a_vocabulary_is_no_link_of_a_record():
    codes = [f"http://inspire.ec.europa.eu/codelist/CommodityCodeValue/{n}" for n in NAMES]
    assert "url" not in matched(name=NAMES, link=codes)
    pages = [f"https://example.org/gold/{n}" for n in range(6)]
    assert matched(name=NAMES, link=pages)["url"] == ("link",)
    assert "commodities" not in matched(name=NAMES, metal_uri=pages)


def test_a_code_alone_is_no_state_of_a_country_in_which_no_point_lies():
    cagliari = {"nome": NAMES[:3], "PROVINCIA": ["CA"] * 3, "LAT": ["39.31", "39.5", "39.55"]}
    with pytest.warns(MinmapWarning) as told:
        table = mm.read(pd.DataFrame(cagliari | {"LONG": ["8.52", "9.3", "8.95"]}))
    assert table["country"].tolist() == ["ITA"] * 3
    assert "POINTS ARE NOT" not in str(told[0].message)
    nevada = {"name": NAMES, "STATE": ["NV"] * 6, "lat": ["40.5"] * 6, "lon": ["116.1"] * 6}
    with pytest.warns(MinmapWarning, match="THE SIGN OF THE LONGITUDE IS MISSING"):
        mm.read(pd.DataFrame(nevada))


@pytest.mark.parametrize("marks", [["X", ""], ["1", "0"], ["Y", "N"], ["2.5", "0.1"], ["да", ""]])
@pytest.mark.parametrize("headings", [["Gold", "Copper"], ["Au", "Cu", "Pb"], ["Золото", "Медь"]])
def test_columns_that_are_named_after_commodities_are_told(marks, headings):
    columns = dict.fromkeys(headings, marks * 3)
    assert matched(name=NAMES, **columns).keys() == {"name"}
    note = said_of(name=NAMES, **columns)
    shown = ", ".join(map(repr, headings))
    assert f"those named after commodities are not read as such: {shown};" in note
    assert "named after" not in said_of(name=NAMES, commodity=["Gold", "Copper"] * 3, **columns)
    assert "named after" not in said_of(name=NAMES, **{headings[0]: marks * 3})
