"""The words of other programs get those of minmap."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import shapely

import minmap as mm
from minmap.errors import ChoiceError, MinmapError

POINTS = gpd.GeoDataFrame(
    {"kind": ["a", "b"], "v": [1.0, 2.0]}, geometry=gpd.points_from_xy([60, 61], [45, 45]), crs=4326
)
LINES = POINTS.set_geometry([shapely.LineString([(60, y), (61, 46)]) for y in (44, 45)], crs=4326)


@pytest.mark.parametrize(
    ("scheme", "meant"),
    [
        ("jenks", "NaturalBreaks"),
        ("FisherJenks", "NaturalBreaks"),
        ("fisher_jenks_sampled", "NaturalBreaks"),
        ("natural_breaks", "NaturalBreaks"),
        ("EQUAL INTERVAL", "EqualInterval"),
        ("quantile", "Quantiles"),
        ("Equal Count (Quantile)", "Quantiles"),
        ("Standard Deviation", "StdMean"),
        ("Pretty Breaks", "PrettyBreaks"),
        ("head_tail", "HeadTailBreaks"),
        ("linear", "Continuous"),
        ("log10", "Log"),
        ("log", "Log"),
    ],
)
def test_schemes_of_mapclassify_and_qgis(scheme: str, meant: str) -> None:
    with pytest.raises(ChoiceError, match=f"did you mean '{meant}'"):
        mm.Map(POINTS, color="v", scheme=scheme)


@pytest.mark.parametrize(
    ("palette", "meant"),
    [
        ("Viridis", "viridis"),
        ("VIRIDIS_R", "viridis_r"),
        ("viridis-r", "viridis_r"),
        ("viridis_r_r", "viridis_r"),
        ("rdbu_r", "RdBu_r"),
        ("Set 1", "Set1"),
        ("YlGnBu_9", "YlGnBu"),
        ("Category10", "tab10"),
        ("colorblind", "Okabe-Ito"),
    ],
)
def test_palettes_in_other_spellings_get_one_near_name(palette: str, meant: str) -> None:
    with pytest.raises(ChoiceError) as caught:
        mm.Map(POINTS, color="v", palette=palette)
    assert str(caught.value) == f"palette={palette!r} is not known; did you mean {meant!r}?"


@pytest.mark.parametrize(
    ("color", "cure"),
    [
        ("rgba(255, 0, 0, 0.5)", "give '#ff0000', with opacity=0.5."),
        ("rgb(255 0 0 / 50%)", "give '#ff0000', with opacity=0.5."),
        ("hsla(120, 100%, 50%, .25)", "give '#00ff00', with opacity=0.25."),
        ("#11223380", "give '#112233', with opacity=0.5."),
        ("transparent", "give a colour, with opacity=0."),
        ("C0", "give '#1f77b4'."),
        ("k", "give '#000000'."),
        ("0.5", "give '#808080'."),
        ((1, 0, 0), "give '#ff0000'."),
        ([255, 127, 80], "give '#ff7f50'."),
        ("FF0000", "give '#ff0000'."),
        ("dark red", "did you mean the colour 'darkred'?"),
        ("rgb(1, 2)", "colour. Columns"),
        ("rgba(1, 2, 3, nan)", "colour. Columns"),
    ],
)
def test_colours_of_css_and_matplotlib(color: Any, cure: str) -> None:
    with pytest.raises(ChoiceError) as caught:
        mm.Map(POINTS, color=color)
    assert cure in str(caught.value)


@pytest.mark.parametrize(
    ("color", "taken"),
    [
        ("rgba(255, 0, 0, 1)", "#ff0000"),
        ("rgb(255 0 0)", "#ff0000"),
        ("hsl(120deg 100% 50% / 100%)", "#00ff00"),
        ("rgb(300, 0, 0)", "#ff0000"),
    ],
)
def test_opaque_colours_of_css_are_taken(color: str, taken: str) -> None:
    (entry,) = mm.Map(POINTS, color=color).layers()[0].describe("")["legend"]["entries"]
    assert entry["color"] == taken


@pytest.mark.parametrize(
    ("options", "cure"),
    [
        ({"palette": {"a": "#11223380"}}, "palette['a']='#11223380' is not an opaque CSS colour; "),
        ({"palette": ["red", "blu"]}, "palette[1]='blu' is not an opaque CSS colour; did you mean"),
        ({"outline": "transparent"}, "neither an opaque CSS colour nor 'none'; give 'none'."),
        ({"shape": "^"}, "did you mean 'triangle'?"),
        ({"shape": "Equilateral triangle"}, "did you mean 'triangle'?"),
        ({"shape": "kinds"}, "did you mean 'kind'?"),
    ],
)
def test_colours_and_shapes_of_points(options: dict[str, Any], cure: str) -> None:
    with pytest.raises(ChoiceError) as caught:
        mm.Map(POINTS, color="kind", **options)
    assert cure in str(caught.value)


@pytest.mark.parametrize(
    ("dash", "meant"),
    [
        ("--", "dashed"),
        (":", "dotted"),
        ("-.", "dashdot"),
        ("-", "solid"),
        ("Dash Line", "dashed"),
        ("dash-dot", "dashdot"),
        ("5,5", "dashed"),
        ("10 5 2 5", "dashdot"),
        ([5, 5], "dashed"),
        ((0, (2, 4)), "dashed"),
    ],
)
def test_dashes_of_matplotlib_qgis_and_css(dash: Any, meant: str) -> None:
    with pytest.raises(ChoiceError, match=f"did you mean '{meant}'"):
        mm.Map(LINES, dash=dash)
    with pytest.raises(ChoiceError, match="did you mean 'dotted'"):
        mm.Map(LINES, dash="kind", dashes=["solid", ":"])


@pytest.mark.parametrize(
    ("keyword", "cure"),
    [
        ("marker", "give shape="),
        ("marker_kwds", "give size=, shape="),
        ("radius", "give size="),
        ("fill_color", "give color="),
        ("fillColor", "give color="),
        ("dashArray", "give dash="),
        ("weight", "give line_width="),
        ("cmap", "give palette="),
        ("column", "give color="),
        ("legend_kwds", "give legend="),
        ("style_kwds", "give size=, shape="),
        ("tiles", "give it to minmap.Map"),
        ("zoom_start", "give it to minmap.Map"),
        ("title", "give it to minmap.Map"),
        ("max_zoom", "give it to minmap.Map"),
        ("width", "give line_width="),
    ],
)
def test_keywords_of_geopandas_folium_and_leaflet(keyword: str, cure: str) -> None:
    with pytest.raises(ChoiceError) as caught:
        mm.Map().add(POINTS, **{keyword: 1})
    assert str(caught.value).startswith(f"{keyword}=1 is not an argument of Map.add; {cure}")


def test_what_needs_a_column_is_named_alone() -> None:
    with pytest.raises(MinmapError, match=r"^palette='viridis' is for the values of a column;"):
        mm.Map(POINTS, palette="viridis")
