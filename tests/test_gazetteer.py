"""Towns and ports are found by any of their names."""

import pytest

from minmap.places.gazetteer import name_key, near_towns, ports_coded, ports_named, towns_named

SPELLINGS = {
    "Aktobe": "Aktobe Актобе Ақтөбе AKTOBE Aqtöbe Актюбинск",
    "Tashkent": "Tashkent Ташкент Toshkent Taschkent",
    "Dushanbe": "Dushanbe Душанбе dušanbe",
    "Ust-Kamenogorsk": "Oskemen Өскемен Усть-Каменогорск Ust'-Kamenogorsk",
    "Shanghai": "Shanghai Шанхай 上海",
    "Almaty": "Almaty Алматы Alma-Ata",
    "Olmaliq": "Almalyk Олмалиқ",
    "Türkmenbaşy": "Turkmenbashi Туркменбашы",
}


@pytest.mark.parametrize(
    ("title", "name"),
    [(title, name) for title, names in SPELLINGS.items() for name in names.split()],
)
def test_a_town_is_found_by_any_of_its_names(title, name):
    assert title in towns_named(name)["name"].tolist()


def test_the_largest_town_of_a_name_comes_first():
    found = towns_named("Aktau")
    assert found["population"].is_monotonic_decreasing
    assert found["admin1"].iloc[0] == "Mangystau"


def test_an_airport_code_or_punctuation_is_no_name():
    assert "Tashkent" not in towns_named("TAS")["name"].tolist()
    for word in ("", " ", "-", "'"):
        assert towns_named(word).empty
        assert ports_named(word).empty


def test_ports_by_code_and_name():
    poti = ports_coded("GEPTI").iloc[0]
    assert (poti["name"], poti["country"]) == ("Poti", "GEO")
    assert (poti["longitude"], poti["latitude"]) == pytest.approx((41.65, 42.15), abs=0.1)
    assert ports_coded("ZZZZZ").empty
    assert ports_coded("").empty
    assert set(ports_named("Shanghai")["locode"]) >= {"CNSHA"}


def test_towns_spelt_nearly_the_same():
    assert "Karagandy" in near_towns("Karagnda")["name"].tolist()
    assert near_towns("qqqqqqq").empty


def test_keys_ignore_case_accents_and_alphabet():
    assert name_key("АҚТӨБЕ") == name_key("Ақтөбе")
    assert name_key("Ürümqi") == "urumqi"
