"""Codes of two capitals are symbols of elements only in columns of symbols."""

from __future__ import annotations

import pandas as pd
import pytest

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.vocabulary import parse_commodities

# Made up for the tests: neither the places nor what is said of them are facts.
PLACES = [(-30.1, 121.2), (-31.5, 120.4), (-28.7, 118.9), (-26.2, 117.3), (-33.8, 119.5)]


def read(*rows, heading="Commodity", **more):
    table = pd.DataFrame(PLACES[: len(rows)], columns=["Latitude", "Longitude"]).astype(str)
    table.insert(0, "Name", [f"Site {letter}" for letter in "ABCDE"[: len(rows)]])
    table[heading] = rows
    with pytest.warns(MinmapWarning):
        return mm.read(table.assign(**more))


def unknown(table):
    return {*mm.unknown_words(table)["word"]}


def test_codes_of_a_list_of_a_survey_are_no_elements():
    table = read("CL; JD", "RE; LS; AU", "FL; SO", "CO; SI; PB", "LI; IN; GY")
    assert table["commodities"].isna().tolist() == [True, False, True, False, True]
    assert table["commodities"].dropna().tolist() == ["Au", "Pb"]
    assert {"CL", "RE", "CO", "SI", "LI", "IN"} <= unknown(table)


@pytest.mark.parametrize("code", ["CO", "SI", "LI", "IN", "RE", "CL"])
def test_capitals_beside_symbols_in_their_usual_case_are_no_elements(code):
    table = read("Au, Ag", "Cu, Au", f"{code}, Cu", "Nb, Ta", "Pb, Zn")
    assert table["commodities"].tolist() == ["Au Ag", "Cu Au", "Cu", "Nb Ta", "Pb Zn"]
    assert unknown(table) == {code}


def test_a_column_of_names_makes_no_element_of_a_code():
    table = read("GOLD", "COPPER, SILVER", "RE", "NICKEL", "ZINC")
    assert table["commodities"].tolist()[:2] == ["Au", "Cu Ag"]
    assert pd.isna(table["commodities"][2])


def test_a_column_of_symbols_in_capitals_is_read():
    table = read("AU, AG", "CU, CO", "LI", "PB, ZN, IN", "SI, KAOLIN")
    assert table["commodities"].tolist() == ["Au Ag", "Cu Co", "Li", "Pb Zn In", "Si Kaol"]


def test_capitals_of_common_metals_are_read_beside_other_codes():
    assert read("Au, Ag", "CU", "Pb", "ZN, Cu", "Nb")["commodities"].tolist()[1] == "Cu"


def test_a_symbol_in_both_cases_is_written_carelessly_and_read():
    assert read("Cu, CO", "CU", "AU", "AG", "NI")["commodities"].tolist()[0] == "Cu Co"


@pytest.mark.parametrize(
    ("text", "codes", "word"),
    [
        ("RARE EARTHS; RE", "REE", "RE"),
        ("RE, NB; RARE EARTHS", "Nb REE", "RE"),
        ("COAL, CO", "Coal", "CO"),
        ("Clay (CL)", "Cly", "CL"),
    ],
)
def test_a_code_that_abbreviates_a_name_of_its_cell_is_no_element(text, codes, word):
    found, words = parse_commodities(pd.Series([text]))
    assert found.item() == codes
    assert list(words) == [word]


@pytest.mark.parametrize(
    ("text", "codes"), [("COBALT, CO", "Co"), ("Copper, CO", "Cu Co"), ("Chromite, CR", "Cr")]
)
def test_a_symbol_beside_the_name_of_an_element_is_read(text, codes):
    found, words = parse_commodities(pd.Series([text]))
    assert (found.item(), words) == (codes, {})
