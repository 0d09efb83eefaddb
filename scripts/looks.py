"""The gallery of looks: a function for each, whose source stands beside its picture.

Each returns a map; ``scripts/build_pictures.py`` takes its picture, and a test reads its legend.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import folium
import made_data as made
from gallery import Act, click, press_place, view

import minmap as mm

SIZE = (1000, 620)
SHEET = (1000, 760)


@dataclass(frozen=True)
class Look:
    """A look of the gallery; `entries` are labels that its legends have, in this order."""

    make: Callable[[], mm.Map]
    title: str
    text: str
    entries: tuple[str, ...]
    acts: tuple[Act, ...] = ()
    size: tuple[int, int] = SIZE

    @property
    def name(self) -> str:
        return self.make.__name__

    @property
    def code(self) -> str:
        """The source of the function, without its decorator and marks for the formatter."""
        lines = inspect.getsource(self.make).splitlines()
        first = next(n for n, line in enumerate(lines) if line.startswith("def "))
        return "\n".join(line.removesuffix("  # fmt: skip") for line in lines[first:])


LOOKS: list[Look] = []


def look(
    title: str, text: str, *entries: str, acts: tuple[Act, ...] = (), size: tuple[int, int] = SIZE
) -> Callable[[Callable[[], mm.Map]], Callable[[], mm.Map]]:
    """Put a function that returns a map into the gallery."""

    def put(make: Callable[[], mm.Map]) -> Callable[[], mm.Map]:
        LOOKS.append(Look(make, title, text, entries, acts, size))
        return make

    return put


# Geology ------------------------------------------------------------------------------------------


@look(
    "A geological map of 40 units",
    "`geology.qml` of QGIS lies beside `geology.shp`: colours, names and the stratigraphic order "
    "of the legend are its own. Made data, in the colours of the International Chronostratigraphic "
    "Chart.",
    "Unit", "Quaternary, upper", "Quaternary, middle", "Neogene, upper", "Silurian, intrusive",
    acts=(view(41.2, 72.6, 7),),
    size=SHEET,
)  # fmt: skip
def geology() -> mm.Map:
    path = made.geology()  # .../geology.shp, and geology.qml
    return mm.Map(path, name="Geology", title="Geological map", legend="Unit")


@look(
    "Faults dashed by type, over a hillshade",
    "Colours and dashes of one column share a legend; the width is the slip. Made faults, real "
    "relief.",
    "Type of fault", "thrust", "strike-slip", "normal", "inferred", "Slip, m", "2000", "500",
    acts=(view(41.6, 71.5, 6),),
)  # fmt: skip
def faults() -> mm.Map:
    colors = {"thrust": "#9E0142", "strike-slip": "#5E4FA2"}
    dashes = {"thrust": "solid", "strike-slip": "dashdot", "inferred": "dotted"}
    m = mm.Map(mm.sample("elevation.tif"), stretch="hillshade", title="Faults")
    return m.add(
        made.faults(), name="Faults", legend="Type of fault", color="type",
        palette={**colors, "normal": "#08519C", "inferred": "#333"}, dash="type",
        dashes={**dashes, "normal": "dashed"}, line_width="Slip, m",
    )  # fmt: skip


@look(
    "Ordered categories",
    "An ordered pandas categorical keeps its order in the legend, and has a ramp. Made periods.",
    "Quaternary",
    "Neogene",
    "Paleogene",
    "Cretaceous",
    "Jurassic",
    "Triassic",
    "Permian",
)
def ordered() -> mm.Map:
    return mm.Map(
        made.hosts(), title="Host rocks", color="period", palette="batlow",
        legend="Period",
    )  # fmt: skip


@look(
    "Ages in their colours",
    "The colours of the International Chronostratigraphic Chart, the youngest first. Made ages.",
    "Quaternary",
    "Neogene",
    "Permian",
)
def ages() -> mm.Map:
    return mm.Map(
        made.hosts(), title="Host rocks", color="period", palette="ICS", legend="Age",
        size=12,
    )  # fmt: skip


@look(
    "Anomalies about zero",
    "A diverging palette between limits that are as far from zero on both sides. Made data.",
    "Residual (mGal)",
    acts=(view(41.4, 70, 7),),
)
def anomalies() -> mm.Map:
    m = mm.Map(title="Gravity residuals")
    return m.add(
        made.cells(), name="Survey", color="anomaly", scheme="Continuous", vmin=-2,
        vmax=2, palette="RdBu_r", legend="Residual", unit="mGal", outline="none",
    )  # fmt: skip


@look(
    "A logarithmic ramp",
    "Grades differ by factors: equal steps of colour are equal factors. Made data.",
    "Copper (ppm)",
    acts=(view(41.4, 70, 7),),
)
def copper() -> mm.Map:
    m = mm.Map(title="Copper in stream sediments")
    return m.add(
        made.cells(), name="Survey", color="cu_ppm", scheme="Log",
        palette="lajolla", legend="Copper", unit="ppm", outline="none",
    )  # fmt: skip


# Deposits -----------------------------------------------------------------------------------------


@look(
    "Size by tonnage, colour by commodity, with labels",
    "The area of a symbol is proportional to its tonnage; the labels of the largest get room "
    "first. Made tonnages.",
    "Commodity group",
    "Precious metals",
    "Base metals",
    "Ore, Mt",
    "600",
    "200",
    acts=(view(41, 69, 6),),
)
def tonnage() -> mm.Map:
    return mm.Map(
        made.deposits(), title="Ore by deposit", size="Ore, Mt",
        color="commodity_group", label="name", opacity=0.8, outline="white",
    )  # fmt: skip


@look(
    "The main commodity as a colour",
    "`color=\"commodities\"` has the same colour for a commodity in every map, and `legend_order` "
    "puts those that matter first.",
    "Main commodity", "Gold", "Copper",
)  # fmt: skip
def commodities() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    return mm.Map(
        deposits, title="Commodities", color="commodities", legend_order=["Au", "Cu"]
    )  # fmt: skip


@look(
    "Shapes by stage",
    "Colour and shape each say a thing of its own, with a legend each. Made stages.",
    "Precious metals",
    "mine",
    "project",
    "prospect",
    "closed",
)
def shapes() -> mm.Map:
    shapes = {"mine": "square", "project": "triangle", "prospect": "circle"}
    return mm.Map(
        made.deposits(), title="Stages", color="commodity_group", size=14,
        shape="stage", shapes={**shapes, "closed": "cross"},
    )  # fmt: skip


@look(
    "Colours of your own",
    "A mapping of values to colours: the legend has its order, other values are \"other\", and "
    "`None` stands for a missing one.",
    "Hydrothermal", "Sedimentary", "Igneous",
)  # fmt: skip
def mapping() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    colors = {"Hydrothermal": "#C8102E", "Sedimentary": "#0077C8", "Igneous": "green"}
    return mm.Map(
        deposits, title="Types of deposit", color="dep_type",
        palette={**colors, None: "#BBBBBB"}, legend="Type",
    )  # fmt: skip


@look(
    "Classes of numbers, and codes of missing values",
    "Limits of classes and a palette. The -9999 of the grade is \"not given\", never a class. Made "
    "grades.",
    "Gold (g/t)", "0.05 – 1", "1 – 2", "not given (−9999)",
)  # fmt: skip
def missing() -> mm.Map:
    return mm.Map(
        made.deposits(), title="Grades", color="grade", scheme=[1, 2, 3, 5, 10],
        palette="YlOrRd", legend="Gold", unit="g/t",
    )  # fmt: skip


@look(
    "A ramp of distances",
    "Colours run to `vmax`; what lies beyond has the colour of the end, and the "
    "legend says so.",
    "Distance (km)", "railway, 1520 mm", "port",
)  # fmt: skip
def distances() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    near = mm.nearest(deposits, mm.corridor("middle"))
    m = mm.Map(title="Distance to the Middle Corridor").add(mm.corridor("middle"))
    return m.add(
        near, color="distance_km", scheme="Continuous", palette="viridis", vmax=400,
    )  # fmt: skip


@look(
    "Opacity by confidence",
    "What is less certain is fainter. Made confidence.",
    "Precious metals", "Confidence", "1", "0.25",
)  # fmt: skip
def confidence() -> mm.Map:
    return mm.Map(
        made.deposits(), title="How sure we are", color="commodity_group",
        opacity="confidence", size=14, shape="circle",
    )  # fmt: skip


@look(
    "Labels by importance",
    "From zoom 5 on; deposits with more ore get room first, and no label covers another. Made "
    "tonnages.",
    "Occurrences",
    acts=(view(41, 69.5, 7),),
)
def labels() -> mm.Map:
    return mm.Map(
        made.deposits(), title="Deposits", color="#7A1F1F", size=9,
        label="name", label_priority="Ore, Mt", label_zoom=5,
    )  # fmt: skip


@look(
    "The greatest on top",
    "`order` draws the richest last; a plain shape and a white outline keep symbols apart. Made "
    "grades.",
    "Grade (g/t)",
)
def order() -> mm.Map:
    rich = made.deposits().query("grade > 0")
    return mm.Map(
        rich, title="The richest on top", color="grade", scheme="Continuous",
        unit="g/t", palette="magma_r", size=22, order="grade", outline="white",
        outline_width=1.5,
    )  # fmt: skip


# What the reader meets ----------------------------------------------------------------------------


@look(
    "A popup with headings and formats of its own",
    "The fields, their order, their headings, and their values in the formats of Python; the "
    "tooltip has two. Made tonnages, confidence and days.",
    "Commodity group",
    acts=(view(41, 69, 7), press_place(40.3333, 66.7333)),
)
def popup() -> mm.Map:
    return mm.Map(
        made.discoveries(), title="Deposits",
        popup={
            "commodities": None, "dep_type": "Type, as given", "confidence": "{:.0%}",
            "Ore, Mt": ("Ore", "{:,.1f} Mt"), "discovered": "{:%-d %B %Y}",
        },
        tooltip={"name": None, "Ore, Mt": ("Ore", "{:,.1f} Mt")},
    )  # fmt: skip


@look(
    "Filters with a first state",
    "The page opens filtered; the reader sees which filters there are, and resets them with a "
    "button. Made tonnages and stages.",
    "Precious metals",
    acts=(click(".mm-filters > summary"), click(".mm-filters > summary")),
    size=SHEET,
)
def filters() -> mm.Map:
    return mm.Map(
        made.deposits(), title="Mines of Kazakhstan and Uzbekistan",
        filters={"country": ["KAZ", "UZB"], "stage": ["mine"], "Ore, Mt": (5, None)},
    )  # fmt: skip


@look(
    "A legend in your order, with values switched off",
    "`legend_order` comes first, `legend_hidden` is switched off until the reader wants it. Made "
    "stages.",
    "mine",
    "project",
    "closed",
    "prospect",
)
def legend() -> mm.Map:
    return mm.Map(
        made.deposits(), title="Mines and projects", color="stage", legend="Stage",
        legend_order=["mine", "project", "closed"],
        legend_hidden=["closed", "prospect"],
    )  # fmt: skip


@look(
    "Folium's elements beside",
    "A minmap.Map is a folium.Map: markers, circles and plugins lie beside minmap's layers.",
    "Precious metals",
)
def with_folium() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    m = mm.Map(deposits, title="Within 500 km of Tashkent", group="Minerals")
    tashkent = [41.31, 69.28]
    folium.Circle(tashkent, radius=500_000, color="#0077C8", fill=False).add_to(m)
    folium.Marker(tashkent, popup="Tashkent", icon=folium.Icon(color="red")).add_to(m)
    return m


# Lines, areas, rasters ----------------------------------------------------------------------------


@look(
    "The Middle Corridor in your own colours and words",
    "The legs of a corridor are a table; as such they take every look of lines.",
    "Railway",
    "Ferry",
)
def corridor() -> mm.Map:
    legs = mm.corridor("middle").legs
    legs["way"] = legs["mode"].map({"rail": "Railway", "sea": "Ferry"})
    return mm.Map(
        legs, name="Middle Corridor", title="The Middle Corridor", legend="Mode",
        color="way", palette={"Railway": "#C8102E", "Ferry": "#0077C8"},
        dash="way", dashes={"Railway": "solid", "Ferry": "dashed"}, line_width=4,
    )  # fmt: skip


@look(
    "Width by a number",
    "The width of a line is proportional to its slip. Made faults.",
    "Slip, m", "2000", "1000", "500",
    acts=(view(41.6, 71.5, 6),),
)  # fmt: skip
def widths() -> mm.Map:
    return mm.Map(
        made.faults(), title="Slip of faults", name="Faults", color="#8B1A1A",
        line_width="Slip, m",
    )  # fmt: skip


@look(
    "Countries coloured by a table",
    "Counts of `summarise` on the outlines of Natural Earth.",
    "Occurrences", "1 – 8", "9 – 14",
    acts=(view(44, 68, 4),),
)  # fmt: skip
def countries() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    counts = mm.summarise(deposits, by="country")
    m = mm.Map(title="Major deposits by country")
    return m.add_countries(
        counts, value="occurrences", scheme="Quantiles", k=4, palette="YlGnBu"
    )  # fmt: skip


@look(
    "Outlines, opacity and order of areas",
    "Later licences lie on top. Made licences.",
    "Altyn",
    "Kumush",
    "Mis",
    acts=(view(41.6, 71.5, 7),),
)
def licences() -> mm.Map:
    m = mm.Map(title="Exploration licences")
    return m.add(
        made.blocks(), name="Licences", color="holder", palette="Okabe-Ito",
        opacity=0.6, order="granted", outline="#222", outline_width=1.5,
        label="granted",
    )  # fmt: skip


@look(
    "Icons of mines and transport",
    "`shapes=` takes icons beside shapes: crossed hammers are mines, and upside down abandoned "
    "ones. Made stages, real nodes of the Middle Corridor.",
    "Kind", "port", "station", "border crossing", "Stage", "mine", "project", "prospect", "closed",
    acts=(view(41.6, 45.6, 7),),
)  # fmt: skip
def icons() -> mm.Map:
    stages = {"mine": "mine", "closed": "abandoned mine", "project": "shaft"}
    nodes = {"port": "port", "station": "station", "border crossing": "border crossing"}
    m = mm.Map(title="Mines and transport")
    m = m.add(
        made.deposits(), name="Deposits", color="stage", shape="stage",
        shapes={**stages, "prospect": "cross"}, size=13,
    )  # fmt: skip
    return m.add(
        mm.corridor("middle").nodes, name="Nodes", color="#1B4F72", shape="kind",
        shapes=nodes, size=13, label="name",
    )  # fmt: skip


@look(
    "Fills and outlines of each kind from QGIS",
    "`licences.qml` gives each kind of licence its own fill and outline, or one of them. Made "
    "licences.",
    "Mining",
    "Exploration",
    "Application",
    "Reserve",
    acts=(view(41.6, 71.5, 7),),
)
def tenements() -> mm.Map:
    path = made.tenements()  # .../licences.shp, and licences.qml
    return mm.Map(path, name="Licences", title="Licences by kind", legend="Kind")


@look(
    "Land cover with the names of its classes",
    "Names and colours come with the GeoTIFF.",
    "Class", "Water bodies", "Mixed forests", "Grasslands", "Barren",
)  # fmt: skip
def landcover() -> mm.Map:
    path = mm.sample("landcover.tif")
    return mm.Map(path, name="2019", title="Land cover", legend="Class", opacity=1)


@look(
    "Relief in a palette, stretched by quantiles",
    "A palette of cmcrameri; each of its colours has the same number of cells.",
    "Height (m)",
)
def relief() -> mm.Map:
    return mm.Map(
        mm.sample("elevation.tif"), name="Elevation", title="Relief", palette="oslo_r",
        stretch="quantile", opacity=0.9, legend="Height", unit="m",
    )  # fmt: skip


# Pages --------------------------------------------------------------------------------------------


@look(
    "Dark",
    "The page is dark like the reader's system, or always. Made tonnages.",
    "Precious metals", "Ore, Mt", "600",
)  # fmt: skip
def dark() -> mm.Map:
    m = mm.Map(title="Ore by deposit", theme="dark").add(mm.corridor("middle"))
    return m.add(made.deposits(), size="Ore, Mt", opacity=0.85)


@look(
    "Dates",
    "A ramp in round dates, and a filter that begins with a range. Made dates.",
    "Discovered",
    acts=(click(".mm-facet > summary"),),
)
def dates() -> mm.Map:
    return mm.Map(
        made.discoveries(), title="Discoveries since 1950", color="discovered",
        palette="lajolla", legend="Discovered", filters={"discovered": ("1950", None)},
    )  # fmt: skip


@look(
    "A house style",
    "One value for all maps of a report, also from a TOML file. Made tonnages.",
    "Precious metals",
    "Ore (Mt)",
)
def house() -> mm.Map:
    style = mm.Style(
        font="Georgia, DejaVu Serif, serif", panel="left",
        credit="© 2026 Survey of the Altai",
        colors={"precious": "#B8860B", "base": "#2F4858", "ferrous": "#86473F"},
    )  # fmt: skip
    m = mm.Map(title="Ore by deposit", style=style)
    return m.add(
        made.deposits(), size="Ore, Mt", legend={"size": "Ore"}, unit={"size": "Mt"},
        opacity=0.85,
    )  # fmt: skip


@look(
    "In Russian",
    "Commodities, countries and the interface; headings and titles are yours.",
    "Золото",
)
def russian() -> mm.Map:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    return mm.Map(
        deposits, title="Крупные месторождения", language="ru", color="commodities",
        label="name", popup={"commodities": "Полезные ископаемые", "country": None},
    )  # fmt: skip
