"""The status, the country or the substances of something else are not those of the site."""

from __future__ import annotations

import pandas as pd
import pytest

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.files.cells import Cells
from minmap.reading.column_match import match
from minmap.types import TEXT

pytestmark = pytest.mark.exhaustive

# Real mines of South Australia, with made-up licences, owners and buyers.
AUSTRALIAN = {
    "Name": [
        "Kadina",
        "Burra",
        "Kapunda",
        "Blinman",
        "Tarcowie",
        "Mount Gee",
        "Callington",
        "Kanmantoo",
    ],
    "Latitude": ["-33.96", "-33.67", "-34.34", "-31.09", "-32.97", "-30.22", "-35.12", "-35.07"],
    "Longitude": ["137.72", "138.93", "138.91", "138.68", "138.55", "139.35", "139.04", "139.01"],
    "Commodity": ["Copper"] * 4 + ["Gold", "Uranium", "Copper", "Copper"],
}


def read(columns):
    with pytest.warns(MinmapWarning) as told:
        table = mm.read(pd.DataFrame(AUSTRALIAN | columns))
    return table, " ".join(str(one.message) for one in told)


def matched(columns):
    """Return the column of each field, and the note on a match."""
    frame = pd.DataFrame(AUSTRALIAN | columns, dtype=TEXT)
    found = match(Cells(frame, None, []), label="a.csv")
    fields = {field: rules[0].columns[0] for field, rules in found.source.fields.items()}
    return fields, found


def by_language(headings):
    """Return each heading of lines such as "en: Gate; Road" with its language."""
    lines = (line.partition(": ") for line in headings.strip().splitlines())
    return [(language, heading) for language, _, rest in lines for heading in rest.split("; ")]


def taken(table):
    described = mm.describe_match(table).dropna(subset=["taken_as"])
    return dict(zip(described["column"], described["taken_as"], strict=True))


def asked(table, column):
    return mm.describe_match(table).set_index("column")["question"].get(column)


STATUSES = {
    "en": ["Active", "Closed"],
    "es": ["Activo", "Cerrado"],
    "pt": ["Ativo", "Fechado"],
    "fr": ["actif", "fermé"],
    "de": ["aktiv", "geschlossen"],
    "ru": ["действующий", "закрыт"],
    "kk": ["жұмыс істейді", "жабық"],
    "tr": ["faal", "kapalı"],
    "zh": ["生产", "关闭"],
}
OF_OTHERS = """
en: Tenement_Status; LEASE_STATUS; permitStatus; LICENSESTATUS; RECORD_STATUS; Licence Status
en: Road condition; Status of the mining lease; Status (company); Review stage
en: Environmental permit phase; Drill hole status; Fault activity
es: Estado del permiso; Situación de la concesión; Estado del camino; Estado ambiental
es: Estado de la empresa; Estatus del expediente; Etapa del trámite
pt: Situação do título; Situação ambiental; Situação da empresa; Fase do processo
pt: Situação da estrada; Situação do cadastro
fr: Statut du titre; État de la piste; Statut de la société; Statut du dossier
fr: Stade de réhabilitation; Statut de la licence
de: Konzessionsstatus; Status der Lizenz; Straßenzustand; Stand der Rekultivierung
de: Status des Datensatzes; Firmenstatus; Bewilligungsstatus
ru: Статус контракта; Состояние автодороги; Статус компании; Стадия рекультивации
ru: Статус карточки; Состояние хвостохранилища; Статус недропользователя
kk: Лицензия мәртебесі; Жолдың күйі; Компанияның мәртебесі; Жазбаның күйі
kk: Келісімшарт мәртебесі
tr: Ruhsat durumu; Yol durumu; Şirketin durumu; Kayıt durumu; İzin aşaması; Çevre izni durumu
zh: 采矿权状态; 道路状态; 公司状态; 记录状态; 环境状态; 尾矿库状态
"""


@pytest.mark.parametrize(("language", "heading"), by_language(OF_OTHERS))
def test_the_status_of_something_else_is_not_that_of_the_mine(language, heading):
    fields, found = matched({heading: STATUSES[language] * 4})
    assert "status" not in fields
    assert f"no column fits status (not taken: {heading!r})" in found.note
    said = f"heading {heading!r} says the status of something else than the site"
    assert [one["evidence"] for one in found.entries if one["column"] == heading] == [said]


@pytest.mark.parametrize("heading", ["Licence status", "Estado de la vía", "公司状态"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_real_status_stands_beside_that_of_something_else(heading, order):
    real = ["Past producer", "Prospect"] * 4
    columns = {"Mine stage": real, heading: ["Active", "Closed"] * 4}
    table, _ = read(dict([*columns.items()][::order]))
    assert taken(table)["Mine stage"] == "status"
    assert table["status"].tolist() == ["past_producer", "prospect"] * 4
    # Words in no vocabulary are no reason to take another column.
    unknown = {"Status": ["Opencut", "Trial"] * 4}
    assert matched({heading: ["Active", "Closed"] * 4} | unknown)[0]["status"] == "Status"


@pytest.mark.parametrize("heading", ["Gate", "Railway", "Landslide", "Vulkan", "公路", "Скважина"])
def test_roads_and_gates_have_no_status_of_a_mine(heading):
    assert "status" not in matched({heading: ["Active", "Closed"] * 4})[0]


@pytest.mark.parametrize(
    "heading",
    ["Previous status", "Historic status", "Status 1950", "Status in 1990", "Planned status",
     "Estado anterior", "Situação histórica", "Statut précédent", "Früherer Status", "以前状态",
     "Предыдущее состояние", "Бұрынғы күйі", "Önceki durum", "Mill status", "Состояние фабрики"],
)  # fmt: skip
def test_a_status_of_another_time_or_of_a_plant_is_a_question(heading):
    table, note = read({heading: ["Past producer", "Prospect"] * 4})
    assert table["status"].isna().all()
    assert f"Is {heading!r} the status? columns={{'status': {heading!r}}}" in note
    table, note = read({heading: ["Producer", "Prospect"] * 4, "Status": ["Prospect"] * 8})
    assert set(table["status"]) == {"prospect"}
    assert f"Is {heading!r} the status" not in note


def test_words_that_are_said_of_anything_are_a_question_under_a_heading_that_is_no_status():
    for heading in ("Wall", "Status of the wall", "Exploration"):
        table, note = read({heading: ["Active", "Inactive"] * 4})
        assert table["status"].isna().all()
        assert f"Is {heading!r} the status?" in note
        words = ["Past producer", "Showing", "Prospect", "Producer"]
        assert matched({heading: words * 2})[0]["status"] == heading


OF_SITES = """
en: Status; Mine status; Facility status; Property status; Operation_status; STATUS_OF_PIT; f3
es: Estado de la mina; Estado del yacimiento; Situación de la cantera; Estatus de la faena
pt: Situação da jazida; Status da mina; Estado da pedreira
fr: Statut du gisement; État de la carrière; Statut de l'exploitation
de: Grubenstatus; Status des Bergwerks; Zustand des Steinbruchs
ru: Состояние объекта; Статус рудника; Состояние карьера; Статус участка
kk: Кен орнының мәртебесі; Кеніштің күйі; Нысан мәртебесі
tr: Ocak durumu; Maden sahası durumu; Yatak durumu
zh: 矿山状态; 矿区状态; 项目状态
"""


@pytest.mark.parametrize(("language", "heading"), by_language(OF_SITES))
def test_the_status_of_a_site_in_other_words_stays(language, heading):
    assert matched({heading: STATUSES[language] * 4})[0]["status"] == heading


COUNTRIES = {
    "en": ["Canada", "Japan"],
    "es": ["Canadá", "Japón"],
    "pt": ["Canadá", "Japão"],
    "fr": ["Canada", "Japon"],
    "de": ["Kanada", "Japan"],
    "ru": ["Канада", "Япония"],
    "kk": ["Канада", "Жапония"],
    "tr": ["Kanada", "Japonya"],
    "zh": ["加拿大", "日本"],
}
ELSEWHERE = """
en: Owner country; Country of operator; BuyerCountry; Exported to; Shipping port; HQ country
en: Country (parent company); COUNTRY_INVESTOR; Customers; Nationality
es: País del inversionista; Destino; País de exportación; Puerto; Comprador
es: Nacionalidad de la empresa
pt: País do investidor; Destino das exportações; Porto de embarque; País da matriz
fr: Pays de l'investisseur; Pays acheteur; Port d'expédition; Siège social; Marché
de: Land des Eigentümers; Exportland; Firmensitz; Bestimmungsland; Hafen; Land des Kaeufers
ru: Страна происхождения инвестора; Страна экспорта; Покупатель; Страна регистрации
ru: Рынок сбыта; Порт; Страна акционеров
kk: Инвестордың елі; Экспорт елі; Сатып алушы; Компанияның елі
tr: Yatırımcının ülkesi; İhracat ülkesi; Alıcı ülke; Şirket merkezi; Liman
zh: 投资国家; 出口国家; 买家; 公司国别; 港口; 目的地
"""


@pytest.mark.parametrize(("language", "heading"), by_language(ELSEWHERE))
def test_the_country_of_an_owner_a_buyer_or_a_port_is_not_that_of_the_mine(language, heading):
    for abroad in (COUNTRIES[language] * 4, ["Australia"] * 7 + ["Canada"]):
        assert "country" not in matched({heading: abroad})[0]
        fields, _ = matched({heading: abroad, "Country": ["Australia"] * 8})
        assert fields["country"] == "Country"


def test_where_only_the_country_of_owners_is_given_that_of_the_point_is_derived():
    owners = ["Australia"] * 7 + ["Canada"]
    table, note = read({"Owner country": owners, "Страна инвестора": owners})
    assert table["country"].tolist() == ["AUS"] * 8
    assert set(table["country_basis"]) == {"derived"}
    assert "POINTS ARE NOT" not in note
    assert not {"Owner country", "Страна инвестора"} & taken(table).keys()


@pytest.mark.parametrize(
    "heading",
    ["Owner state", "Postal state", "State of incorporation", "Estado del titular", "Hafenprovinz",
     "Província da empresa", "Область регистрации", "公司省份", "Province du siège"],
)  # fmt: skip
def test_the_state_of_an_owner_is_not_that_of_the_mine(heading):
    assert "admin1" not in matched({heading: ["Victoria", "Tasmania"] * 4})[0]


@pytest.mark.parametrize("heading", ["Origin", "País de origen", "Former country", "Herkunftsland"])
def test_a_country_that_may_be_another_is_a_question(heading):
    table, note = read({heading: ["Japan", "China"] * 4})
    assert set(table["country_basis"]) == {"derived"}
    assert f"Is {heading!r} the country?" in note


WEST_AFRICAN = {
    "Name": ["Obuasi", "Syama", "Sangaredi", "Tambao", "Hahotoe", "Zouerate"],
    "Latitude": ["6.2", "10.78", "11.1", "14.78", "6.35", "22.7"],
    "Longitude": ["-1.67", "-6.06", "-13.77", "0.05", "1.42", "-12.45"],
}
LAND = ["Ghana", "Mali", "Guinea", "Burkina Faso", "Togo", "Mauritania"]


@pytest.mark.parametrize("heading", ["Minehunters", "Country where ore goes", "f7"])
def test_points_in_other_countries_speak_against_a_heading_that_is_no_country(heading):
    columns = WEST_AFRICAN | {heading: [*LAND[:3], "Canada", "Japan", "Brazil"]}
    with pytest.warns(MinmapWarning, match=f"{heading!r} was not taken as the country"):
        table = mm.read(pd.DataFrame(columns))
    assert set(table["country_basis"]) == {"derived"}
    question = asked(table, heading)
    assert "3 of 6 points lie in another country than it says" in question
    assert question.endswith(f"if it is the country, give columns={{'country': {heading!r}}}.")
    certain = [
        (columns, {"country": heading}),
        (columns | {heading: LAND}, None),
        (WEST_AFRICAN | {"Country": columns[heading]}, None),
    ]
    for given, named in certain:
        with pytest.warns(MinmapWarning):
            table = mm.read(pd.DataFrame(given), columns=named)
        assert set(table["country_basis"]) == {"stated"}


SOUTH_AMERICAN = {
    "Name": ["Chuquicamata", "Escondida", "Potosí", "Yanacocha", "Antamina", "Carajás"],
    "Latitude": ["-22.29", "-24.27", "-19.62", "-6.98", "-9.54", "-6.06"],
    "Longitude": ["-68.9", "-69.07", "-65.75", "-78.53", "-77.06", "-50.2"],
    "Country": ["CI", "CI", "BL", "PE", "PE", "BR"],
}


@pytest.mark.parametrize("heading", ["Country", "cntry_code", "País"])
def test_codes_that_fit_the_points_only_as_those_of_fips_are_read_so(heading):
    table = pd.DataFrame(SOUTH_AMERICAN).rename(columns={"Country": heading})
    with pytest.warns(MinmapWarning, match="the codes are read as FIPS 10-4, as 3 points"):
        read_so = mm.read(table)
    assert read_so["country"].tolist() == ["CHL", "CHL", "BOL", "PER", "PER", "BRA"]
    assert set(read_so["country_basis"]) == {"stated"}
    with pytest.warns(MinmapWarning) as told:
        iso = mm.read(table.replace({heading: {"CI": "CL", "BL": "BO"}}))
    assert "FIPS" not in str(told[0].message)
    assert iso["country"].tolist() == read_so["country"].tolist()


def test_codes_that_fit_the_points_as_those_of_iso_too_stay_so():
    # CI by the point, and CI (Côte d'Ivoire) by the code: there is one point of each.
    table = pd.DataFrame(SOUTH_AMERICAN)
    table.loc[1, ["Latitude", "Longitude"]] = ["6.9", "-5.4"]
    with pytest.warns(MinmapWarning) as told:
        assert mm.read(table)["country"][1] == "CIV"
    assert "FIPS" not in str(told[0].message)


def test_a_country_under_a_strange_heading_shows_that_signs_are_lost():
    table = pd.DataFrame(SOUTH_AMERICAN)
    names = {"CI": "Chile", "BL": "Bolivia", "PE": "Peru", "BR": "Brazil"}
    table = table.assign(Ország=table.pop("Country").map(names))
    table["Longitude"] = table["Longitude"].str.lstrip("-")
    with pytest.warns(MinmapWarning, match="THE SIGN OF THE LONGITUDE IS MISSING"):
        mm.read(table)


@pytest.mark.parametrize("heading", ["State", "STATE", "Mine state", "State of mine"])
@pytest.mark.parametrize(
    "words",
    [["Active", "Abandoned"], ["Prospect", "Care and maintenance"], ["Closed", "Closed"]],
)
def test_a_state_of_words_for_statuses_is_the_status(heading, words):
    table, _ = read({heading: words * 4})
    assert taken(table)[heading] == "status"
    assert table["status"].notna().all()
    assert set(table["admin1_basis"].dropna()) <= {"derived"}
    table, _ = read({heading: ["South Australia", "SA"] * 4})
    assert taken(table)[heading] == "admin1"


@pytest.mark.parametrize("heading", ["Region", "Province", "Область", "Provincia", "省"])
def test_words_for_statuses_are_no_provinces(heading):
    table, _ = read({heading: ["Active", "Abandoned", "Prospect", "Closed"] * 2})
    assert not {"Active", "Abandoned", "Prospect", "Closed"} & {*table["admin1"].dropna()}


SUBSTANCES = """
en: Contaminant; Pollutants; Reagents used; Absent; Not found; Imports; Pathfinder elements
en: Impurities
es: Contaminantes; Reactivos; Elementos ausentes; Importaciones; Impurezas
pt: Contaminantes; Reagente; Impurezas; Poluentes
fr: Polluants; Réactif; Substances absentes; Impuretés; Importations
de: Schadstoffe; Verunreinigungen; Reagenzien; Importe; Abraum
ru: Вредные примеси; Загрязнители; Реагент; Не обнаружено; Импорт
kk: Зиянды қоспалар; Ластаушылар; Реагент
tr: Kirleticiler; Safsızlıklar; İthalat
zh: 有害元素; 杂质; 污染物; 进口
"""


@pytest.mark.parametrize(("language", "heading"), by_language(SUBSTANCES))
def test_substances_that_a_site_does_not_yield_are_no_commodities(language, heading):
    assert language
    table = pd.DataFrame(AUSTRALIAN).drop(columns="Commodity")
    found = match(
        Cells(
            table.assign(**{heading: ["Arsenic", "Mercury, Copper", "Lead", "Zinc"] * 2}), None, []
        ),
        label="a.csv",
    )
    assert not {"commodities", "minor_commodities"} & found.source.fields.keys()
    assert heading in found.note


@pytest.mark.parametrize("heading", ["Fuel", "Anomaly", "Combustible", "Топливо", "化探异常"])
def test_substances_that_a_site_may_yield_are_a_question(heading):
    table = pd.DataFrame(AUSTRALIAN).rename(columns={"Commodity": heading})
    found = match(Cells(table, None, []), label="a.csv")
    assert "commodities" not in found.source.fields
    assert f"Is {heading!r} the commodities?" in found.note


@pytest.mark.parametrize(
    "heading",
    ["Grain size", "Crystal size", "Company size", "Pit size", "Mine dump size", "Size of village",
     "Taille des grains", "Korngröße", "Größe der Firma", "Размер зерна", "Tamaño de grano",
     "Tamanho da empresa", "Tane boyutu", "Size of sample"],
)  # fmt: skip
def test_the_size_of_something_else_is_not_that_of_the_deposit(heading):
    fields, found = matched({heading: ["large", "small"] * 4})
    assert "size" not in fields
    assert "size <-" not in found.note


@pytest.mark.parametrize(
    "heading",
    ["Size", "Deposit size", "Size class", "Resource size", "Taille du gisement", "Größenklasse",
     "Размер месторождения", "Масштаб объекта", "Tamaño del yacimiento", "Ore body size"],
)  # fmt: skip
def test_the_size_of_a_site_in_other_words_stays(heading):
    assert matched({heading: ["large", "small"] * 4})[0]["size"] == heading


@pytest.mark.parametrize(
    "words",
    [
        ["GPS", "Map"],
        ["Digitised from map 1:100 000", "handheld GPS"],
        ["Google Earth", "field visit"],
        ["carta 1:50.000", "imagen satelital"],
        ["Carte topographique", "image satellite"],
        ["с карты 1:200 000", "космоснимок"],
        ["Karte", "Luftbild"],
        ["地形图", "卫星影像"],
    ],
)
def test_the_way_a_place_was_found_is_no_citation(words):
    for heading in ("Source", "Data source", "Quelle", "Источник"):
        assert "citation" not in matched({heading: words * 4})[0]


def test_documents_are_citations():
    maps = ["Geological map of South Australia, 2003", "Smith, 1999", "MINEDEX", "Map 12"] * 2
    assert matched({"Source": maps})[0]["citation"] == "Source"


def test_the_status_of_something_else_is_not_offered_for_another_field(tmp_path):
    path = tmp_path / "mines.csv"
    path.write_text(
        "Saha Adı;Maden;Ruhsat Durumu;Enlem;Boylam\n"
        "Kışladağ;Altın;Yürürlükte;38.48;29.15\nMurgul;Bakır;İptal;41.24;41.56\n"
        "Kırka;Bor tuzu;Yürürlükte;39.28;30.53\n",
        encoding="utf-8",
    )
    with pytest.warns(MinmapWarning):
        table = mm.read(path)
    assert table["commodities"].tolist() == ["Au", "Cu", "B"]
    path.write_text(
        "Saha Adı;Ruhsat Durumu;Durum;Enlem;Boylam\n"
        "Murgul;Yürürlükte;Faal;41.24;41.56\nKırka;İptal;Faal;39.28;30.53\n",
        encoding="utf-8",
    )
    with pytest.warns(MinmapWarning) as told:
        mm.read(path)
    assert "Ruhsat Durumu" not in str(told[0].message)
