"""A user's own words, and the report of the words that no vocabulary has."""

from __future__ import annotations

import csv
import json
import os
import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import ChoiceError, FileError, MinmapError, MinmapWarning
from minmap.reading import own_words
from minmap.reading.word_report import recorded

pytestmark = pytest.mark.exhaustive

HEADER = ["name", "longitude", "latitude", "commodities", "country", "status", "site type"]
ROWS = [
    ["a", "70", "45", "heavy sand; gold", "Kazakhstan", "в запасе", "mine"],
    ["b", "71", "45", "Kryptonite", "Kazakhstan", "Producer", "mine"],
    ["c", "72", "45", "Cu, heavy sand", "Nowhere", "Producer?", "moonbase"],
    ["d", "73", "45", "copper", "USSR", "в запасе", "mine"],
]
MINE = """
[commodities]
"heavy sand" = "Ti Zr"
Kryptonite = ""
copper = "Silver"
[country]
Nowhere = "KZ"
[status]
"в запасе" = "inactive"
"Producer?" = "Past producer"
[site_type]
moonbase = "deposit"
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "deposits.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([HEADER, *ROWS])
    return path


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def read(path: Path, **options: object) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return mm.read(path, **options)


def stated_countries(table: gpd.GeoDataFrame) -> list[str | None]:
    """Return the countries that the file states; others come from the points."""
    codes = table["country"].where(table["country_basis"] == "stated")
    return [None if pd.isna(code) else code for code in codes]


def test_own_words_come_before_the_meanings_and_codes_of_a_source(tmp_path: Path) -> None:
    source = tmp_path / "source.toml"
    source.write_text(
        'id = "mine"\n[coordinates]\ncolumns = [["x", "y"]]\n[fields]\n'
        'commodities = { columns = ["ore"], scheme = "mrds" }\n'
        'status = { columns = ["state"], values = { on = "producer", off = "inactive" } }\n',
        encoding="utf-8",
    )
    words = tmp_path / "words.toml"
    words.write_text(
        '[commodities]\nQQ = "W"\n[status]\noff = "closed"\n?? = ""\n'.replace("??", '"??"')
    )
    data = tmp_path / "data.csv"
    data.write_text("x,y,ore,state\n70,45,AU QQ,on\n71,45,AU_R,off\n72,45,,??\n")
    found = read(data, source=source, vocabulary=words)
    assert found["commodities"].fillna("-").tolist() == ["Au W", "Au", "-"]
    assert found["status"].fillna("-").tolist() == ["producer", "past_producer", "-"]
    assert mm.unknown_words(found).empty


def test_unknown_words_are_reported_most_frequent_first_with_advice(table: Path) -> None:
    found = mm.unknown_words(read(table))
    assert found[["column", "word", "rows"]].to_numpy().tolist() == [
        ["commodities", "heavy sand", 2],
        ["status", "в запасе", 2],
        ["commodities", "Kryptonite", 1],
        ["country", "Nowhere", 1],
        ["country", "USSR", 1],
        ["site_type", "moonbase", 1],
        ["status", "Producer?", 1],
    ]
    by_word = found.set_index("word")
    assert "(MinSd)" in by_word.loc["heavy sand", "nearest"]
    assert by_word.loc["Producer?", "nearest"].startswith("'Producer' (producer)")
    assert by_word.loc["USSR", ["nearest", "reason"]].tolist() == ["", "fifteen countries of today"]
    json.dumps(read(table).attrs)


def test_a_draft_can_be_read_as_it_is_and_completed(
    table: Path, written: Callable[[str], Path]
) -> None:
    before = read(table)
    draft = mm.draft_vocabulary(before)
    same = read(table, vocabulary=written(draft))
    pd.testing.assert_frame_equal(pd.DataFrame(same), pd.DataFrame(before))
    completed = draft.replace('# "в запасе" = ""', '"в запасе" = "inactive"')
    completed = completed.replace('# USSR = ""', 'USSR = ""')
    after = read(table, vocabulary=written(completed))
    assert after["status"].isna().sum() == before["status"].isna().sum() - 2
    left = set(mm.unknown_words(before)["word"]) - set(mm.unknown_words(after)["word"])
    assert left == {"в запасе", "USSR"}


WORDS = st.text(min_size=1).filter(lambda text: text == text.strip())


@given(st.dictionaries(WORDS, st.integers(1, 99), min_size=1, max_size=5))
def test_any_word_is_escaped_in_the_draft(counts: dict[str, int]) -> None:
    table = pd.DataFrame()
    table.attrs["unknown_words"] = recorded({"status": counts})
    draft = mm.draft_vocabulary(table)
    assert tomllib.loads(draft) == {"status": {}}
    lines = [line for line in draft.split("\n[status]\n")[1].split("\n") if line]
    bare = "\n".join(line.removeprefix("# ") for line in lines)
    assert tomllib.loads(bare) == dict.fromkeys(counts, "")


def test_words_of_minor_commodities_are_in_the_table_of_commodities() -> None:
    table = pd.DataFrame()
    record = {
        "commodities": {"a": 1},
        "minor_commodities": {"a": 3, "b": 2},
        "status_year": {"x": 1},
    }
    table.attrs["unknown_words"] = recorded(record)
    assert mm.unknown_words(table)["rows"].tolist() == [3, 2, 1]
    assert '[commodities]\n# a = ""  # 3 rows\n# b = ""  # 2 rows\n' in mm.draft_vocabulary(table)


def test_a_table_keeps_the_most_frequent_words_and_says_so() -> None:
    table = pd.DataFrame()
    counts = {f"word {n}": n + 1 for n in range(300)} | {"x" * 500: 900}
    table.attrs["unknown_words"] = recorded({"status": counts})
    with pytest.warns(MinmapWarning, match="left out: 101 of status"):
        found = mm.unknown_words(table)
    assert found["rows"].tolist() == [*range(300, 100, -1)]


def test_a_table_without_a_record_is_refused() -> None:
    with pytest.raises(MinmapError, match=r"no attrs\['unknown_words'\]; give what minmap\.read"):
        mm.unknown_words(pd.DataFrame())
    with pytest.raises(MinmapError, match="table=3 is of type int"):
        mm.draft_vocabulary(3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[comodities]\n", r"table 'comodities', which is no column.*did you mean \[commodities\]"),
        ("status = 3\n", r"status = 3 is no table; write \[status\] above it"),
        ("[status]\nx = 3\n", r"\[status\] 'x' = 3 is no text"),
        (
            "[status]\nx = 'activ mine'\n",
            r"\[status\] 'x' = 'activ mine': .*(?:'Active mine'|producer)",
        ),
        ("[commodities]\nx = 'Coper'\n", r"\[commodities\] 'x' = 'Coper': .*'Copper' \(Cu\)"),
        ("[country]\nx = 'USSR'\n", r"has no code: fifteen countries"),
        ("[status]\nX = 'closed'\nx = 'active'\n", r"differs from the other spelling"),
        ("[status\n", "is not a TOML file"),
    ],
)
def test_a_wrong_vocabulary_is_refused_with_the_place(
    written: Callable[[str], Path], text: str, said: str
) -> None:
    path = written(text)
    with pytest.raises(MinmapError, match=said) as caught:
        own_words.load(path)
    assert isinstance(caught.value, ChoiceError | FileError)
    assert "mine.toml" in str(caught.value)


def test_long_values_of_a_vocabulary_are_not_repeated_in_full(
    written: Callable[[str], Path],
) -> None:
    long = "a" * 20_000
    for text in (f"[{long}]", f"[status]\n{long} = 3", f"[status]\nx = '{long}'"):
        with pytest.raises(MinmapError) as caught:
            own_words.load(written(text))
        assert len(str(caught.value)) < 1_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize("name", ["vocabulary", "source"])
def test_toml_files_are_ordinary_ones_of_a_limited_size(tmp_path: Path, name: str) -> None:
    pipe, long = tmp_path / "pipe.toml", tmp_path / "long.toml"
    os.mkfifo(pipe)
    long.write_text("#" * 10_000_001)
    device = tmp_path / "device.toml"
    device.symlink_to("/dev/zero")
    for path, said in (
        (pipe, "is not an ordinary file"),
        (device, "is not an ordinary file"),
        (tmp_path, "is not an ordinary file"),
        (long, "has more than 10 MB, too much for a"),
    ):
        if name == "source" and path == tmp_path:
            continue  # it is no path of a TOML file
        with pytest.raises(FileError, match=said):
            mm.read(tmp_path / "a.csv", **{name: path})


def test_a_missing_vocabulary_is_refused_before_the_table_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"vocabulary='.*none\.toml' does not exist"):
        mm.read(tmp_path / "missing.csv", vocabulary=tmp_path / "none.toml")
    with pytest.raises(FileError, match="vocabulary=3 is not the path"):
        mm.read(tmp_path / "missing.csv", vocabulary=3)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["KZ", "UZ", "Georgia", ""], ["KAZ", "UZB", "GEO", None]),
        (["CA", "NV", "CA", "ID"], [None, None, None, None]),  # states of the United States
        (["KZ", "kz", "Kazakhstan", "KZ"], ["KAZ", None, "KAZ", "KAZ"]),
    ],
)
def test_codes_of_two_letters_count_if_the_column_has_no_others(
    tmp_path: Path, texts: list[str], expected: list[str | None]
) -> None:
    path = tmp_path / "codes.csv"
    lines = [f"{n},7{n},45,{text}" for n, text in enumerate(texts)]
    path.write_text("\n".join(["name,longitude,latitude,land", *lines]))
    assert stated_countries(read(path, columns={"country": "land"})) == expected


def test_rare_metals_select_their_members_and_no_rare_earths() -> None:
    table = gpd.GeoDataFrame(
        {"commodities": ["RareM", "REE", "Ta Sn", "Nd", "Cu Li", "Au"]},
        geometry=gpd.points_from_xy(range(6), range(6)),
        crs=4326,
    )
    assert mm.select(table, commodity="rare metals").index.tolist() == [0, 2, 4]
    assert mm.select(table, commodity="редкие земли").index.tolist() == [1, 3]


def test_each_different_value_of_a_vocabulary_is_looked_up_once(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    resolve = own_words.resolve_commodity

    def counted(word: str) -> tuple[str, ...]:
        asked.append(word)
        return resolve(word)

    monkeypatch.setattr(own_words, "resolve_commodity", counted)
    lines = "\n".join(f'w{n} = "{"gold" if n % 2 else "silver"}"' for n in range(2_000))
    words = own_words.load(written(f"[commodities]\n{lines}"))
    assert (len(words["commodities"]), sorted(asked)) == (2_000, ["gold", "silver"])
    assert (words["commodities"]["w0"], words["commodities"]["w1"]) == ("Ag", "Au")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n".join(f'w{n} = "gold"' for n in range(20_001)), "20,001 words; a vocabulary may have"),
        (f'a = "{"x" * 1_001}"', "has more than 1,000 letters; give a word and its code"),
        (f'{"x" * 1_001} = "gold"', "has more than 1,000 letters; give a word and its code"),
    ],
)
def test_a_vocabulary_of_very_many_or_very_long_words_is_refused(
    written: Callable[[str], Path], text: str, words: str
) -> None:
    with pytest.raises(FileError, match=words) as raised:
        own_words.load(written(f"[commodities]\n{text}"))
    assert len(str(raised.value)) < 400
