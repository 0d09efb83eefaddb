"""Grade, tonnage, contents and capacity as `minmap.resources` reads them."""

import geopandas as gpd
import pandas as pd
import pytest

import minmap as mm
from minmap.estimates.categories import category_of
from minmap.estimates.heading_quantities import quantity_of
from minmap.estimates.measured_units import find_unit
from minmap.estimates.substances import mass_fraction
from minmap.packaged_rows import packaged_rows


def table(**columns: object) -> gpd.GeoDataFrame:
    count = len(next(values for values in columns.values() if isinstance(values, list)))
    points = gpd.points_from_xy(range(60, 60 + count), [45.0] * count)
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def values(found: pd.DataFrame, *names: str) -> list[list[object]]:
    frame = found[[*names]].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


@pytest.mark.parametrize(
    ("heading", "kind", "unit", "substance"),
    [
        ("Tonnage (Mt)", "tonnage", "Mt", None),
        ("Ore, kt", "tonnage", "kt", None),
        ("OreTonnageMt", "tonnage", "Mt", None),
        ("Запасы руды, млн т", "tonnage", "Mt", None),
        ("cu_pct", "grade", "%", "Cu"),
        ("Cu%", "grade", "%", "Cu"),
        ("CuPct", "grade", "%", "Cu"),
        ("Содержание Cu, %", "grade", "%", "Cu"),
        ("au_g_t", "grade", "g/t", "Au"),
        ("Gold grade (g/t)", "grade", "g/t", "Au"),
        ("Grade Au opt", "grade", "oz/st", "Au"),
        ("In ppm", "grade", "ppm", "In"),
        ("Potash K2O %", "grade", "%", "K2O"),
        ("WO3 %", "grade", "%", "W"),
        ("TREO (%)", "grade", "%", "REO"),
        ("con_cu_t", "contained", "t", "Cu"),
        ("Gold (Moz)", "contained", "Moz", "Au"),
        ("LCE (kt)", "contained", "kt", "Li"),
        ("Diamonds (Mct)", "contained", "Mct", "Diam"),
        ("Capacity (t/yr)", "capacity", "t", None),
        ("Gold production, kg/yr", "production", "kg", "Au"),
        ("#site+capacity", "capacity", None, None),
        ("AU_GT", "grade", "g/t", "Au"),
        ("Short tons (000)", "tonnage", "thousand st", None),
        ("Tonnes (millions)", "tonnage", "million t", None),
        ("000's Tonnes", "tonnage", "thousand t", None),
        ("Au oz (000)", "contained", "thousand oz", "Au"),
        ("Capacity (ktpa)", "capacity", "kt", None),
        ("Capacity (tpd)", "capacity", "t", None),
        ("Annual gold (koz)", "production", "koz", "Au"),
        ("Reservas (Mt)", "tonnage", "Mt", None),
        ("Cu品位(%)", "grade", "%", "Cu"),
        ("储量(万吨)", "tonnage", "10,000 t", None),
        ("Запасы руды, тыс.т", "tonnage", "kt", None),
    ],
)
def test_heading_says_quantity_unit_and_substance(
    heading: str, kind: str, unit: str | None, substance: str | None
) -> None:
    found = quantity_of(heading)
    assert found is not None
    assert found.kind == kind
    assert (found.unit and found.unit.name) == unit
    assert (found.substance and found.substance.counted_as) == substance


@pytest.mark.parametrize(
    "heading",
    [
        "CuEq %", "Cu Eq (%)", "au_mo", "age_ma", "Depth (m)", "Recovery %", "Moisture (%)",
        "Share %", "Zn+Pb %", "latitude", "notes", "Distance to gold mine (t)", "Area km2", "name",
        "Cut-off (g/t)", "Waste (Mt)", "HREO/TREO (%)", "CuS (%)", "Production 1950-2010 (t)",
        "Total Au production (oz)", "Concentrate grade (% Cu)", "Recoverable copper (kt)",
        "Copper concentrate (kt)", "Throughput (Mtpa)", "Mill capacity (tpd)",
    ],
)  # fmt: skip
def test_other_headings_are_no_estimates(heading: str) -> None:
    assert quantity_of(heading) is None


def test_every_spelling_of_a_unit_is_found() -> None:
    for row in packaged_rows("minmap.estimates", "units"):
        for spelling in row["spellings"].split("|"):
            found = find_unit(f"Content ({spelling})")
            assert found is not None, spelling
            assert found.unit.name == row["unit"], spelling
            assert found.unit.factor == float(row["factor"]), spelling


def test_factors_of_units_by_hand() -> None:
    factors = {
        row["unit"]: float(row["factor"]) for row in packaged_rows("minmap.estimates", "units")
    }
    pound, ounce, carat = 0.45359237e-3, 31.1034768e-6, 0.2e-6  # tonnes
    barrel = 42 * 231 * 0.0254**3  # of 42 gallons of 231 cubic inches
    foot = 0.3048**3
    expected = {
        "t": 1, "kt": 1e3, "Mt": 1e6, "Gt": 1e9, "kg": 1e-3, "g": 1e-6, "10,000 t": 1e4,
        "st": 2000 * pound, "kst": 2e6 * pound, "Mst": 2e9 * pound, "long ton": 2240 * pound,
        "lb": pound, "klb": 1e3 * pound, "Mlb": 1e6 * pound,
        "oz": ounce, "koz": 1e3 * ounce, "Moz": 1e6 * ounce,
        "ct": carat, "kct": 1e3 * carat, "Mct": 1e6 * carat,
        "flask": 76 * pound, "kflask": 76e3 * pound,
        "%": 1e-2, "g/t": 1e-6, "kg/t": 1e-3, "ppm": 1e-6, "ppb": 1e-9, "ct/t": carat,
        "cpht": carat / 100, "oz/st": ounce / (2000 * pound),
        "m³": 1, "thousand m³": 1e3, "million m³": 1e6, "billion m³": 1e9,
        "billion ft³": 1e9 * foot, "bbl": barrel, "kbbl": 1e3 * barrel, "Mbbl": 1e6 * barrel,
        "m²": 1,
    }  # fmt: skip
    assert factors == pytest.approx(expected, rel=1e-4)


def test_parts_of_oxides_are_those_of_handbooks() -> None:
    # Conversion factors as handbooks print them, to their own digits.
    known = {
        ("W", "WO3"): 0.7930, ("Li", "Li2O"): 0.4646, ("Li", "Li2CO3"): 0.1879,
        ("U", "U3O8"): 0.8480,
        ("Sn", "SnO2"): 0.7877, ("Mo", "MoS2"): 0.5994, ("Mo", "MoO3"): 0.6666,
        ("Ta", "Ta2O5"): 0.8190, ("Nb", "Nb2O5"): 0.6990, ("Be", "BeO"): 0.3603,
        ("Cr", "Cr2O3"): 0.6842, ("Ti", "TiO2"): 0.5995, ("V", "V2O5"): 0.5602,
        ("Mn", "MnO"): 0.7745, ("Mn", "MnO2"): 0.6319, ("Fe", "Fe2O3"): 0.6994,
        ("Fe", "Fe3O4"): 0.7236, ("Fe", "FeO"): 0.7773, ("Zr", "ZrO2"): 0.7403,
        ("Hf", "HfO2"): 0.8480, ("Sc", "Sc2O3"): 0.6520, ("Cs", "Cs2O"): 0.9432,
        ("Rb", "Rb2O"): 0.9144, ("U", "UO2"): 0.8815,
    }  # fmt: skip
    for (symbol, formula), fraction in known.items():
        assert mass_fraction(symbol, formula) == pytest.approx(fraction, abs=2e-4), formula


@pytest.mark.parametrize(
    ("heading", "counted_as"),
    [
        ("WO3 %", "W"), ("V2O5 %", "V"), ("Cr2O3 %", "Cr"), ("TiO2 %", "Ti"), ("MnO2 %", "Mn"),
        ("P2O5 %", "P2O5"), ("K2O %", "K2O"), ("KCl %", "KCl"), ("CaF2 %", "CaF2"),
        ("BaSO4 %", "BaSO4"), ("B2O3 %", "B2O3"), ("MgO %", "MgO"), ("SiO2 %", "SiO2"),
        ("TREO %", "REO"), ("HREO %", "HREO"), ("Ilmenite %", "ilmenite"), ("TFe %", "Fe"),
    ],
)  # fmt: skip
def test_what_compounds_are_counted_as(heading: str, counted_as: str) -> None:
    found = quantity_of(heading)
    assert found is not None
    assert found.substance is not None
    assert found.substance.counted_as == counted_as


def test_every_word_of_a_category_is_read_as_it() -> None:
    for row in packaged_rows("minmap.estimates", "categories"):
        for word in row["words"].split("|"):
            found = category_of(f"JORC 2012 - {word}")
            assert found is not None, word
            assert (found.name, found.measure) == (row["part"], row["measure"])


@pytest.mark.parametrize(
    ("text", "name", "measure"),
    [
        ("M&I", "measured and indicated", "resource"),
        ("M+I+I", "measured, indicated and inferred", "resource"),
        ("Meas + Ind", "measured and indicated", "resource"),
        ("Measured & Indicated", "measured and indicated", "resource"),
        ("Ore Reserves - Probable", "probable", "reserve"),
        ("2P", "proved and probable", "reserve"),
        ("Sub-total (M+I)", "measured and indicated", "resource"),
        ("Global", "", "resource"),
        ("Total reserves", "", "reserve"),
        ("ГКЗ C1", "C1", "balance reserve"),
        ("кат. С₂", "C2", "balance reserve"),
        ("АВС1", "A+B+C1", "balance reserve"),
        ("забалансовые C1", "C1", "off-balance reserve"),
        ("Exploration Target", "", "exploration target"),
        ("Historical inferred", "inferred", "historical estimate"),
        ("Reasonably Assured Resources (RAR)", "reasonably assured", "resource"),
    ],
)
def test_categories_in_usual_words(text: str, name: str, measure: str) -> None:
    found = category_of(text)
    assert found is not None
    assert (found.name, found.measure) == (name, measure)


@pytest.mark.parametrize(
    "text", ["large", "111", "Stockpiles", "Measured and probable", "yes", "m"]
)
def test_other_words_are_no_categories(text: str) -> None:
    assert category_of(text) is None


def test_categories_of_unfc() -> None:
    found = category_of("UNFC E1.1, F1.2, G1+2")
    assert found is not None
    assert (found.name, found.scheme) == ("E1F1G1+2", "UNFC")
    assert found.parts == {"E1F1G1", "E1F1G2"}
    assert category_of("111") is None
    digits = category_of("UNFC 221")
    assert digits is not None
    assert digits.name == "E2F2G1"


def test_contents_are_stated_or_computed_and_oxides_become_metals() -> None:
    found = mm.resources(
        table(
            occurrence_id=["a:1", "a:2", "a:3"],
            commodities=["W", "W", "Au Cu"],
            **{"Ore (kt)": ["2,000", "1,000", "500"], "WO3 %": ["0.5", None, None],
               "Au g/t": [None, None, "3.2"], "Contained Cu (t)": [None, None, "900"]},
        )
    )  # fmt: skip
    rows = {(row["occurrence_id"], row["commodity"]): row for _, row in found.iterrows()}
    # 2 Mt of 0.5 % WO3 have 10,000 t of WO3, of which 183.84 / (183.84 + 3 * 15.999) is tungsten.
    tungsten = rows["a:1", "W"]
    assert tungsten["contained_t"] == pytest.approx(10_000 * 183.84 / 231.837)
    assert (tungsten["substance"], tungsten["grade_unit"]) == ("W", "%")
    assert tungsten["stated"] == "Ore (kt) 2,000; WO3 % 0.5"
    assert pd.isna(rows["a:2", "W"]["contained_t"])
    assert rows["a:2", "W"]["tonnage_t"] == 1_000_000
    gold = rows["a:3", "Au"]
    assert gold["contained_t"] == pytest.approx(500_000 * 3.2e-6)
    assert (gold["grade"], gold["grade_unit"]) == (pytest.approx(3.2), "g/t")
    assert gold["basis"] == "tonnage times grade"
    assert values(found[found["commodity"] == "Cu"], "contained_t", "basis") == [[900.0, "stated"]]


def test_categories_come_from_headings_or_a_column() -> None:
    wide = mm.resources(
        table(commodities=["Cu"], **{"Measured Mt": [10], "Inferred Mt": [20], "Cu %": [1.0]})
    )
    assert values(wide, "category", "category_scheme", "contained_t") == [
        ["measured", "CRIRSCO", 100_000.0],
        ["inferred", "CRIRSCO", 200_000.0],
    ]
    tall = mm.resources(
        table(
            commodities=["Au"] * 3,
            Category=["C1+C2", "JORC Indicated", "E1F1G1"],
            **{"Contained Au (koz)": [10, 20, 30]},
        )
    )
    assert values(tall, "category", "category_scheme", "measure") == [
        ["C1+C2", "GKZ", "balance reserve"],
        ["indicated", "CRIRSCO", "resource"],
        ["E1F1G1", "UNFC", "UNFC class"],
    ]


def test_grades_belong_to_the_tonnage_of_their_measure() -> None:
    # By hand: 10 Mt of 1.0 % are 100 kt of reserves, 30 Mt of 0.8 % are 240 kt of resources.
    wide = {
        "Proven and probable reserves (Mt)": [10],
        "Reserve grade Cu %": [1.0],
        "Measured and indicated resources (Mt)": [30],
        "Resource grade Cu %": [0.8],
        "Inferred resources (Mt)": [5],
        "Inferred Cu %": [0.5],
        "Au g/t": [2.0],
    }
    found = mm.resources(table(commodities=["Cu Au"], **wide))
    copper = found[found["commodity"] == "Cu"]
    assert values(copper, "category", "grade", "contained_t") == [
        ["proved and probable", 1.0, pytest.approx(100_000)],
        ["measured and indicated", 0.8, pytest.approx(240_000)],
        ["inferred", 0.5, pytest.approx(25_000)],
    ]
    gold = found[found["commodity"] == "Au"]
    assert values(gold, "contained_t") == [[pytest.approx(tonnes)] for tonnes in (20, 60, 10)]


def test_grades_of_a_measure_without_a_tonnage_are_named() -> None:
    given = table(commodities=["Cu"], **{"Ore (Mt)": [10], "Reserve grade Cu %": [1.0]})
    with pytest.warns(mm.MinmapWarning, match="no tonnage or content is of .*: Reserve grade Cu %"):
        found = mm.resources(given)
    assert values(found, "tonnage_t", "contained_t") == [[10e6, None]]
    said = mm.resources(given, headings={"Reserve grade Cu %": "Cu (%)"})
    assert values(said, "contained_t") == [[100_000.0]]


def test_inferred_beside_reasonably_assured_is_that_of_the_red_book() -> None:
    uranium = table(name=["A", "B"], commodities=["U"] * 2, Category=["Inferred", "RAR"])
    found = mm.resources(uranium.assign(**{"Contained U (t)": [50, 100]}))
    assert values(found, "category", "category_scheme", "measure") == [
        ["inferred", "IAEA/NEA", "resource"], ["reasonably assured", "IAEA/NEA", "resource"],
    ]  # fmt: skip
    wide = table(commodities=["U"], **{"RAR U (t)": [100], "Inferred U (t)": [50]})
    sums = mm.summarise_resources(mm.resources(wide))
    assert values(sums, "contained_t", "categories") == [
        [150.0, "inferred (1), reasonably assured (1)"]
    ]
    both = table(commodities=["U"], **{"RAR U (t)": [100], "Indicated U (t)": [90]})
    assert mm.summarise_resources(mm.resources(both))["contained_t"].tolist() == [100.0]


def test_unclear_columns_are_named_and_the_user_decides() -> None:
    given = table(commodities=["Cu"], **{"Reserves (t)": [5000]})
    with pytest.warns(mm.MinmapWarning, match=r"Reserves \(t\) is not read, .* ore or of metal"):
        found = mm.resources(given)
    assert found["contained_t"].isna().all()
    decided = mm.resources(given, headings={"Reserves (t)": "Contained Cu (t)"})
    assert values(decided, "contained_t") == [[5000.0]]
    tons = table(commodities=["Cu"], **{"Ore (tons)": [5000]})
    with pytest.warns(mm.MinmapWarning, match="its unit is ambiguous"):
        mm.resources(tons)
    small = table(commodities=["Cu"], tonnage_mt=[5.0], cu_pct=[1.0])
    with pytest.warns(mm.MinmapWarning, match="read as million tonnes"):
        assert values(mm.resources(small), "contained_t") == [[50_000.0]]
    with pytest.warns(mm.MinmapWarning, match="its unit is ambiguous"):
        mm.resources(table(commodities=["Cu"], tonnage_mt=[5e6], cu_pct=[1.0]))


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (
            {"Ton": "Ore (Mt)"},
            "headings names 'Ton', which is no table's own column; did you mean Tons?",
        ),
        ({"Tons": "big"}, "headings['Tons']='big' names no quantity with a unit"),
        ({"Tons": "Ore (tons)"}, "names no quantity with a unit"),
    ],
)
def test_wrong_headings_are_refused(headings: dict[str, str], message: str) -> None:
    with pytest.raises(mm.ChoiceError) as error:
        mm.resources(table(commodities=["Cu"], Tons=[1]), headings=headings)
    assert message in str(error.value)


def test_missing_and_unreadable_cells_are_no_amounts() -> None:
    given = table(
        commodities=["Cu"] * 5,
        **{"Ore (Mt)": ["-9999", "1,250", "ca. 5", "3-4", "12 kt"], "Cu %": ["1.05"] * 5},
    )
    with pytest.warns(mm.MinmapWarning, match=r"2 of 5 cells are no amounts: 3-4, ca\. 5"):
        found = mm.resources(given)
    assert values(found, "tonnage_t") == [[None], [1.25e9], [None], [None], [12_000.0]]


def test_columns_that_are_not_read_are_named() -> None:
    given = table(
        commodities=["Cu"] * 2,
        **{
            "Tonnage": [10, 20],
            "Recoverable copper (kt)": [5, 6],
            "Cu %": [1.05, 2],
            "Depth (m)": [5, 9],
        },
    )
    with pytest.warns(mm.MinmapWarning) as caught:
        mm.resources(given)
    message = str(caught[0].message)
    assert "Tonnage is not read, because it has no unit" in message
    assert "a word of the heading is not known: Recoverable copper (kt)" in message
    assert "Depth" not in message


def test_numbers_with_units_in_their_cells_need_no_heading() -> None:
    found = mm.resources(
        table(
            commodities=["Cu"] * 2,
            Tonnage=["12 Mt", "500 kt"],
            **{"Cu grade": ["0.5 %", "9000 ppm"]},
        )
    )
    assert values(found, "tonnage_t", "grade", "contained_t") == [
        [12e6, 0.5, pytest.approx(60_000)], [5e5, pytest.approx(0.9), pytest.approx(4_500)],
    ]  # fmt: skip


def test_commas_are_decided_by_the_whole_table() -> None:
    european = table(commodities=["Cu"], **{"Ore (Mt)": ["12,500"], "Cu %": ["0,62"]})
    assert mm.resources(european)["tonnage_t"].item() == 12.5e6
    english = table(commodities=["Cu"], **{"Ore (kt)": ["12,500"], "Cu %": ["0.62"]})
    assert mm.resources(english)["tonnage_t"].item() == 12.5e6
    spaced = table(commodities=["Cu"], **{"Ore (Mt)": ["3\u00a0612,499"], "Cu %": ["0,62"]})
    assert mm.resources(spaced)["tonnage_t"].item() == pytest.approx(3612.499e6)
    unsure = table(commodities=["Cu"] * 2, **{"Ore (kt)": ["12,500", "n/k"], "Cu %": ["1", "2"]})
    with pytest.warns(mm.MinmapWarning, match="12,500.*write thousands without commas"):
        assert mm.resources(unsure)["tonnage_t"].isna().all()


def test_a_point_beside_a_decimal_comma_may_be_decimal_too() -> None:
    # 1.250 may be 1,250 or 1.25; "2,5" shows nothing of points, "3.612,5" that they part thousands.
    unsure = table(commodities=["Cu"] * 2, **{"Ore (Mt)": ["1.250", "2,5"], "Cu %": ["1", "1"]})
    with pytest.warns(mm.MinmapWarning, match=r"1 of 2 cells are no amounts: 1\.250; write thous"):
        found = mm.resources(unsure)
    assert values(found, "tonnage_t", "contained_t") == [[None, None], [2.5e6, 25_000.0]]
    elsewhere = unsure.assign(**{"Ore (Mt)": ["1.250", "2"], "Cu %": ["1", "0,5"]})
    with pytest.warns(mm.MinmapWarning, match=r"1 of 2 cells are no amounts: 1\.250"):
        assert values(mm.resources(elsewhere), "tonnage_t") == [[None], [2e6]]
    with pytest.warns(mm.MinmapWarning, match=r"1 of 2 cells are no amounts: 1\.250"):
        both = mm.resources(unsure.assign(lat=["45.1", "45.2"]))
    assert values(both, "tonnage_t") == [[None], [2.5e6]]
    sure = table(
        commodities=["Cu"] * 3, **{"Ore (Mt)": ["1.250", "2,5", "3.612,5"], "Cu %": ["1"] * 3}
    )
    assert values(mm.resources(sure), "tonnage_t") == [[1.25e9], [2.5e6], [3.6125e9]]


def test_more_metal_than_ore_is_left_out() -> None:
    given = table(
        occurrence_id=["a:1", "a:2"], commodities=["Cu", "Au"],
        **{"Ore (Mt)": [10, 1], "Cu %": [150.5, None], "Contained Au (koz)": [None, 99_000_000]},
    )  # fmt: skip
    with pytest.warns(
        mm.MinmapWarning, match="2 of 2 records state more of a commodity than of ore"
    ):
        found = mm.resources(given)
    assert found["contained_t"].isna().all()
    assert found["grade"].isna().all()


def test_categories_that_are_not_known_stay_and_are_named() -> None:
    given = table(
        commodities=["Cu"] * 3,
        **{"Mineral Resource Category": ["Indicated", "Stockpiles", "Exploration Target"]},
        **{"Contained Cu (kt)": [1, 2, 3]},
    )
    with pytest.warns(mm.MinmapWarning, match="not known as categories.*Stockpiles"):
        found = mm.resources(given)
    assert values(found, "category", "measure") == [
        ["indicated", "resource"], ["Stockpiles", "other estimate"], [None, "exploration target"],
    ]  # fmt: skip
    assert found["stated"].iloc[1] == "Contained Cu (kt) 2; Mineral Resource Category Stockpiles"


def test_the_latest_year_of_several_columns_counts() -> None:
    found = mm.resources(
        table(commodities=["Cu"], **{"Cu reserves 2019 (kt)": [5], "Cu reserves 2020 (kt)": [9]})
    )
    assert values(found, "contained_t", "year", "measure") == [[9_000.0, 2020, "reserve"]]


def test_units_of_rows_may_name_an_oxide_and_diamonds_are_of_carats() -> None:
    found = mm.resources(
        table(commodities=["Cr"], Grade=[50.5], **{"Grade unit": ["% Cr2O3"], "Ore (Mt)": [1]})
    )
    assert found["contained_t"].item() == pytest.approx(505_000 * 2 * 51.996 / 151.989)
    stones = mm.resources(table(name=["A"], **{"Ore (Mt)": [2.5], "Grade cpht": [10]}))
    assert values(stones, "commodity", "grade", "grade_unit") == [
        ["Diam", pytest.approx(0.1), "ct/t"]
    ]


def test_impurities_and_assays_are_no_resources() -> None:
    iron = mm.resources(
        table(
            commodities=["Fe"], **{"Ore (Mt)": [10], "Fe %": [55.5], "SiO2 %": [8.5], "P %": [0.1]}
        )
    )
    assert iron["commodity"].tolist() == ["Fe"]
    assays = mm.resources(table(name=["S1"], commodities=["Au"], **{"Au ppb": [12.5]}))
    assert assays["measure"].tolist() == ["grade"]


def test_grades_in_two_units_are_not_mixed() -> None:
    given = table(
        commodities=["Au Cu"], **{"Grade (%)": [0.5], "Grade (g/t)": [1.2], "Ore (Mt)": [1]}
    )
    with pytest.warns(mm.MinmapWarning, match="they do not say of what: Grade"):
        found = mm.resources(given)
    assert found["contained_t"].isna().all()


@pytest.mark.parametrize(
    "cell",
    ["12'500", "12’500", "5e6", "12 50 000", "5 × 10^6", "10 to 20", "12_500", "2 x 5000", "1:2"],
)
def test_a_part_of_a_number_is_no_capacity(cell: str) -> None:
    given = table(commodities=["Cu"] * 2, **{"Capacity (t/yr)": [cell, "1000 ore"]})
    with pytest.warns(mm.MinmapWarning, match="1 of 2 cells are no amounts"):
        found = mm.resources(given)
    assert values(found, "capacity") == [[None], [1000.0]]


def test_multipliers_after_a_capacity_count() -> None:
    found = mm.resources(
        table(commodities=["Fe"] * 2, **{"Capacity (t/yr)": ["3 млн", "1.5 million t/yr"]})
    )
    assert values(found, "capacity") == [[3e6], [1.5e6]]


def test_columns_without_text_as_name_and_lists_as_categories_do_not_stop() -> None:
    given = table(commodities=["Cu"] * 2, Category=[["stocks"], "Inferred"], **{"Cu (kt)": [1, 2]})
    given[5] = [1, 2]
    with pytest.warns(mm.MinmapWarning, match="not known as categories"):
        assert mm.resources(given)["category"].tolist()[1] == "inferred"


def test_cells_of_other_kinds_do_not_stop_the_reading() -> None:
    given = table(commodities=["Cu"] * 2, **{"Ore (Mt)": [[1, 2], "5.5"], "Cu %": ["1", "2"]})
    with pytest.warns(mm.MinmapWarning, match="1 of 2 cells are no amounts"):
        found = mm.resources(given)
    assert found["tonnage_t"].iloc[1] == 5.5e6


def test_contents_far_from_tonnage_times_grade_are_reported() -> None:
    given = table(
        occurrence_id=["a:1", "a:2"],
        commodities=["Cu", "Cu"],
        **{"Ore (Mt)": [10, 10], "Cu %": [1.0, 1.0], "Contained Cu (kt)": [101, 1000]},
    )
    with pytest.warns(mm.MinmapWarning, match="1 of 2 records state contents that differ .* a:2"):
        found = mm.resources(given)
    assert values(found, "contained_t") == [[101_000.0], [1_000_000.0]]


def test_capacities_have_units_of_rows_forms_and_those_who_share_them() -> None:
    note = "Combined capacities for positions 3\ufffd4."
    found = mm.resources(
        table(
            occurrence_id=["m:1", "m:2", "m:3", "m:4", "m:5", "m:6", "m:7"],
            country=["KAZ"] * 7,
            commodities=["Cu Au", "Au", "Zn", "Zn", "Oil", "Cu", "Cu"],
            site_type=["mine", "mine", "mine", "mine", "plant", "mine", "mine"],
            status_year=[2003, 2004, 2005, 2005, None, None, None],
            lat=["45.1"] * 7,
            capacity=["200 (copper)", "700", "60", "60", "2", "0", "4,000 (ore)"],
            units=["t/yr (copper), kg/yr (gold)", "kg / yr", "thousand t/yr", "thousand t/yr",
                   "thousand 42-gallon barrels per day", "", "thousand t/yr"],
            notes=[None, None, note, note, None, None, None],
        )
    )  # fmt: skip
    by_id = {row["occurrence_id"]: row for _, row in found.iterrows()}
    assert [by_id["m:1"][name] for name in ("commodity", "capacity", "year")] == ["Cu", 200.0, 2003]
    assert by_id["m:2"]["capacity"] == pytest.approx(0.7)
    assert by_id["m:6"]["measure"] == "capacity"
    assert by_id["m:3"]["shared_with"] == by_id["m:4"]["shared_with"] == "m:3; m:4"
    assert by_id["m:5"]["capacity"] == pytest.approx(2000 * 0.158987294928 * 365)
    assert by_id["m:5"]["capacity_unit"] == "m³/y"
    assert pd.isna(by_id["m:6"]["capacity"])
    assert (by_id["m:7"]["capacity"], by_id["m:7"]["substance"]) == (4e6, "ore")


def test_a_column_of_rock_units_has_no_units_of_capacities() -> None:
    # Mineral operations below copper deposits, whose column "unit" names the rocks.
    found = mm.resources(
        table(commodities=["Cu", "Cu"], unit=[None, "Zhezkazgan Formation"],
              capacity=["20", None], units=["kt/yr", None])
    )  # fmt: skip
    assert values(found, "capacity") == [[20_000.0], [None]]


def test_a_sum_in_the_notes_is_not_a_shared_capacity() -> None:
    # Mineral operations, positions 456-459: each mine has its own capacity.
    found = mm.resources(
        table(
            occurrence_id=["m:1", "m:2", "m:3"],
            country=["CHL"] * 3,
            commodities=["Cu"] * 3,
            capacity=["130000", "130000", "85000"],
            units=["t/yr"] * 3,
            notes=["capacity sum for positions 468-470 is 345,000"] * 3,
        )
    )
    assert found["shared_with"].isna().all()


def test_occurrences_without_an_estimate_stay_without_numbers() -> None:
    given = table(commodities=["Cu Mo", "Cu", "Cu"], site_type=["deposit", "mine", "plant"],
                  **{"Ore (Mt)": [1, None, None], "Cu %": [2, None, None]})  # fmt: skip
    found = mm.resources(given)
    assert values(found, "commodity", "contained_t") == [
        ["Cu", 20_000.0], ["Mo", None], ["Cu", None],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["(" * 300_000, "combined capacity 1 a " * 20_000, "kt " * 100_000]
)
def test_long_texts_are_not_searched_again_and_again(text: str) -> None:
    given = table(
        commodities=["Cu"] * 2,
        capacity=["5", text],
        units=["t/yr", text],
        notes=[text, text],
        Category=[text, "Inferred"],
        **{"Ore (Mt)": ["1", text], text: ["1", "2"]},
    )
    with pytest.warns(mm.MinmapWarning, match="no amounts"):
        found = mm.resources(given)
    assert found["capacity"].max() == 5.0


def test_inputs_are_not_changed_and_the_map_takes_contents_as_size(tmp_path) -> None:  # type: ignore[no-untyped-def]
    given = table(name=["A", "B"], commodities=["Cu", "Cu"], **{"Ore (Mt)": [1, 9], "Cu %": [2, 1]})
    before = given.copy(deep=True)
    found = mm.resources(given)
    pd.testing.assert_frame_equal(pd.DataFrame(given), pd.DataFrame(before))
    path = tmp_path / "map.html"
    mm.Map(found, size="contained_t").save(path)
    assert path.stat().st_size > 0


def test_a_table_without_estimates_has_rows_without_measure() -> None:
    found = mm.resources(table(commodities=["Cu", "Au"], status=["exhausted", None]))
    assert values(found, "commodity", "measure") == [["Cu", None], ["Au", None]]


def test_no_table_and_no_geodataframe_are_errors() -> None:
    with pytest.raises(mm.MinmapError, match="has no table"):
        mm.resources()
    with pytest.raises(mm.MinmapError, match="argument 1 of resources"):
        mm.resources(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]


def test_a_capacity_beyond_that_of_the_world_is_not_of_metal() -> None:
    # Mineral operations: Eskay Creek, silver, 340 thousand t/yr; the world mines 26 thousand t.
    found = mm.resources(
        table(
            commodities=["Ag", "Ag", "Ag"],
            capacity=["340", "340 (ore)", "2"],
            units=["thousand t/yr"] * 3,
        )
    )
    assert values(found, "capacity", "substance") == [
        [340_000.0, "more than the world produces now"], [340_000.0, "ore"], [2_000.0, None],
    ]  # fmt: skip
