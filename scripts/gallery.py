"""What the gallery shows: the code of each map, what is done on its page, and what to see there.

The code is run as it stands, and printed beside the picture as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

DESK = (1280, 760)
NOTEBOOK = (1280, 960)
PHONE = (390, 780)

Act = Callable[[Page], object]


@dataclass(frozen=True)
class Scene:
    """A picture of the gallery."""

    name: str
    title: str
    text: str
    code: str
    acts: tuple[Act, ...] = ()
    size: tuple[int, int] = DESK
    after: str = ""
    """Code of a second cell, run after the acts: then the picture is of a notebook."""


@dataclass(frozen=True)
class Print:
    """A picture of a PDF, or of its pages beside each other, `columns` in a row."""

    name: str
    title: str
    text: str
    code: str
    columns: int = 1


def click(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def view(lat: float, lon: float, zoom: float) -> Act:
    """Look at a place, as an address does."""
    where = f"#map={zoom}/{lat}/{lon}"

    def go(page: Page) -> None:
        page.evaluate("where => { location.hash = where; }", where)
        page.wait_for_timeout(900)

    return go


def facet(name: str) -> Act:
    return click(f'.mm-facet > summary:has-text("{name}")')


def tick(term: str) -> Act:
    return click(f'.mm-terms label:has-text("{term}")')


def write(selector: str, text: str) -> Act:
    def type_in(page: Page) -> None:
        page.locator(selector).first.fill(text)
        page.wait_for_timeout(500)

    return type_in


def drag(*places: tuple[int, int]) -> Act:
    """Draw over the map."""

    def move(page: Page) -> None:
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        page.mouse.up()

    return move


def press_place(lat: float, lon: float) -> Act:
    """Click on a place of the map."""
    the_map = "window[document.querySelector('.folium-map').id]"
    where = f"{the_map}.latLngToContainerPoint([{lat}, {lon}])"

    def press(page: Page) -> None:
        page.mouse.click(*page.evaluate(f"(place => [place.x, place.y])({where})"))

    return press


def hover(x: int, y: int) -> Act:
    return lambda page: page.mouse.move(x, y, steps=3)


LASSO = ((420, 330), (470, 240), (640, 220), (760, 300), (720, 430), (560, 470), (430, 400))
FILTERS = click(".mm-filters > summary")
DEPOSITS = 'deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))\n'
NEAR = DEPOSITS + 'near = mm.nearest(deposits, mm.corridor("middle"))\n'

SCENES = (
    Scene(
        "filters",
        "Filters with live counts",
        "Terms, critical lists and numbers together; each choice shows how many records it would "
        "leave, and the legend counts the records in view. The page's address stores the filters.",
        NEAR
        + 'm = mm.Map(near, title="Deposits near the Middle Corridor").add(mm.corridor("middle"))',
        (FILTERS, facet("Critical list"), tick("United States 2025"), facet("Distance")),
    ),
    Scene(
        "search",
        "Search in any script",
        "Suggestions appear while you type; Enter filters the map to several matches and opens a "
        "single one. A search of a million names takes a tenth of a second.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits")',
        (write(".mm-search input", "kara"),),
    ),
    Scene(
        "table",
        "The table shows the records of the map",
        "It follows filters and view, sorts by any column, scrolls over a million rows and works "
        "with the keyboard.",
        NEAR + 'm = mm.Map(near, title="Deposits near the Middle Corridor")',
        (click('button[aria-label="Table"]'), click('.mm-table__sort:has-text("distance")')),
    ),
    Scene(
        "picked",
        "Select records and save them",
        "Select records with a box, a free line or a polygon, and save them as CSV or GeoJSON.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits")',
        (
            view(47.5, 70, 5),
            click('button[aria-label="Select records"]'),
            click('.mm-menu__item:has-text("Lasso")'),
            drag(*LASSO),
        ),
    ),
    Scene(
        "bubbles",
        "Bubbles with counts",
        "A ring shows the categories of the records in a bubble; a click zooms in.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits", view="bubbles")',
        (view(45, 64, 4),),
    ),
    Scene(
        "heat",
        "Heat",
        "The density of records, at every zoom.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits", view="heat")',
        (view(45, 64, 4),),
    ),
    Scene(
        "uncertainty",
        "How uncertain each place is",
        "Circles with the radius of the location uncertainty on the ground.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits")',
        (view(40.4, 69.8, 9), click('label:has-text("Location uncertainty")')),
    ),
    Scene(
        "classes",
        "Colour and size by a number",
        "Class breaks of mapclassify, palettes for colour-blind readers; points grow with them.",
        NEAR + "m = mm.Map(title='Distance to the Middle Corridor')\n"
        'm = m.add(near, color="distance_km", scheme="Quantiles", k=5).add(mm.corridor("middle"))',
        (view(45, 64, 5),),
    ),
    Scene(
        "countries",
        "Countries coloured by a table",
        "The counts of `summarise`, on the outlines of Natural Earth.",
        DEPOSITS + 'counts = mm.summarise(deposits, by="country")\n'
        'm = mm.Map(title="Major deposits by country").add_countries(counts, value="occurrences")',
    ),
    Scene(
        "raster",
        "Values of rasters",
        "Any GeoTIFF, warped to the map, with the value under the cursor.",
        'm = mm.Map(title="Elevation").add(mm.sample("elevation.tif"), name="Elevation")\n'
        'm = m.add(mm.sample("central_asia_lakes.shp"), name="Lakes")',
        (hover(560, 420),),
    ),
    Scene(
        "corridor",
        "Corridors with direction, names and kilometres",
        "Mode, gauge, status, length and source of each leg under the cursor.",
        'm = mm.Map(title="The Middle Corridor").add(mm.corridor("middle"))',
        (view(42.1, 43.6, 7), hover(640, 395)),
    ),
    Scene(
        "dark",
        "Dark, by the reader's system or a button",
        "Text has the contrast of WCAG AA in both themes.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major mineral deposits", theme="dark")\n'
        'm = m.add(mm.corridor("middle"))',
    ),
    Scene(
        "sheet",
        "A sheet for print",
        "A4, A3 or Letter with legend, scale bar, north arrow, graticule, sources and date; "
        "printed, or saved as PNG at 96, 150 or 300 dpi.",
        DEPOSITS
        + 'm = mm.Map(deposits, title="Major mineral deposits", subtitle="OFR 2005-1294")\n'
        'm = m.add(mm.corridor("middle"))',
        (click('button[aria-label*="rint"]'), lambda page: page.wait_for_timeout(2_500)),
    ),
    Scene(
        "russian",
        "In Russian",
        "Commodities, countries, towns and the whole interface.",
        DEPOSITS + 'm = mm.Map(deposits, title="Крупные месторождения", language="ru")',
        (FILTERS, click(".mm-facet > summary")),
    ),
    Scene(
        "phone",
        "On a phone",
        "The panel is a sheet along the lower edge, and the tools are within reach of the thumb.",
        DEPOSITS
        + 'm = mm.Map(deposits, title="Major mineral deposits").add(mm.corridor("middle"))',
        (),
        PHONE,
    ),
    Scene(
        "widget",
        "Live in a notebook",
        "`mm.Widget` is the same map: Python can read and set its selection, filters, clicked "
        "record and view.",
        DEPOSITS + 'm = mm.Map(deposits, title="Deposits").add(mm.corridor("middle"))\n'
        "w = mm.Widget(m)\nw",
        (
            click('button[aria-label="Select records"]'),
            click('button:has-text("Box")'),
            drag((560, 300), (800, 520)),
        ),
        NOTEBOOK,
        'w.selection()[["name", "country", "commodities", "commodity_group"]].head()',
    ),
)
PRINTS = (
    Print(
        "print_georgia",
        "A part of the corridor, in the projection of the survey",
        "With an inset that shows where it is, a graticule, and a scale bar that is exact in the "
        "middle.",
        NEAR + 'm = mm.Map(near, title="The Middle Corridor in Georgia", label="name")\n'
        'm = m.add(mm.corridor("middle"))\n'
        'm.save("georgia.pdf", extent=(41, 40.8, 47, 43), projection="EPSG:32638")',
    ),
    Print(
        "print_countries",
        "Countries in an equal-area projection",
        "Areas that are coloured by numbers have equal areas, unless projection= says otherwise.",
        DEPOSITS + 'counts = mm.summarise(deposits, by="country")\n'
        'm = mm.Map(title="Major deposits by country").add_countries(counts, value="occurrences")\n'
        'm.save("countries.pdf", width_mm=180)',
    ),
    Print(
        "print_groups",
        "A map for each group",
        "Small multiples with one scale and one legend.",
        DEPOSITS + 'm = mm.Map(deposits, title="Major deposits by commodity group")\n'
        'm.save("groups.pdf", by="commodity_group")',
    ),
    Print(
        "print_atlas",
        "An atlas",
        "A page for each row of a table, with its name.",
        DEPOSITS
        + 'six = {"ARM": "Armenia", "GEO": "Georgia", "KAZ": "Kazakhstan", "KGZ": "Kyrgyzstan"}\n'
        'six |= {"TJK": "Tajikistan", "UZB": "Uzbekistan"}\n'
        'boxes = mm.select(deposits, country=list(six)).dissolve("country").envelope.buffer(0.5)\n'
        'sheets = boxes.rename(six).rename_axis("name").rename("geometry").reset_index()\n'
        'm = mm.Map(deposits, title="Major deposits").add(mm.corridor("middle"))\n'
        'm.save("atlas.pdf", atlas=sheets)',
        columns=3,
    ),
)
