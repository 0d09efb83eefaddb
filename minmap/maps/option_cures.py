"""What to write instead of options that a map or a layer does not have."""

from __future__ import annotations

from typing import Final

from minmap.maps.options import FoliumOptions

_TO_MAP: Final = "give it to minmap.Map, since it is of the whole page."
# Words of other programs, by what to write instead of them.
_WORDS: Final = {
    "give color= the name of a column, or a CSS colour.": (
        "by fill_color marker_color line_color facecolor facecolors fc fill get_fill_color "
        "get_line_color color_by colorby hue"
    ),
    "give size=, shape=, opacity=, outline= and outline_width=.": (
        "style_kwds marker_kwds style_function"
    ),
    "give scheme= and k=.": "classification_kwds",
    "give k= the number.": "n_classes nclasses ncolors num_classes",
    "give scheme= the name of the method.": "method mode",
    "add _r to the name in palette=.": "reverse invert invert_colors",
    "give color=.": "colour c",
    "give color= the name of the column.": "column",
    "give palette= the name of the colours.": (
        "cmap colormap colors color_ramp color_scale color_range colorscale "
        "color_continuous_scale color_discrete_sequence"
    ),
    "give palette= a mapping from values to colours.": "color_map color_discrete_map",
    "give per='area' or per='population'.": "normalize normalise density rate per_area per_capita",
    "give vmin=.": "min_value zmin min cmin",
    "give vmax=.": "max_value zmax max cmax",
    "give scheme= a list of upper limits.": "bins threshold_scale",
    "give scheme='Log'.": "log log_scale",
    "give legend= the title.": "legend_name legend_title caption",
    "give legend= the title, unit=, legend_order= or legend_hidden=.": "legend_kwds",
    "give legend_order= the values in their order.": "categories",
    "give palette='Okabe-Ito' or another without an order.": "categorical",
    "give palette= a mapping with None.": "missing_kwds nan_fill_color",
    "give band= a number from 1.": "bands band_number index",
    "give vmin= and vmax=.": "clim vrange range range_color",
    "give nodata= the values.": "no_data nodata_value na_value mask",
    "give classes= value -> name.": "class_names labels_of_classes",
    "give stretch= its name.": "norm contrast enhancement",
    "give stretch='hillshade'.": "hillshade",
    "give popup= a list of columns, or a mapping of columns to headings.": (
        "popup_kwds popup_fields popups info"
    ),
    "give tooltip= a list of columns, or a mapping of columns to headings.": (
        "tooltip_kwds tooltips hover hover_data hover_name"
    ),
    "give popup= or tooltip= a mapping of columns to headings.": "aliases",
    "give popup= or tooltip= a mapping of columns to formats, such as '{:,.1f} Mt'.": (
        "fmt formats formatter float_format number_format"
    ),
    "give filters= a list of columns.": "filter filter_by facets",
    "give only the rows to show, or filters= the columns to choose by.": "where query subset",
    "give fields= a list of columns, or 'all'.": "columns attributes",
    "give label= the name of a column.": (
        "labels label_field annotate text label_column show_labels"
    ),
    "give size= a column of numbers, or pixels.": (
        "markersize marker_size radius s get_radius sizes symbol_size"
    ),
    "give line_width= for lines, or outline_width= for areas.": (
        "weight linewidth stroke_width lw thickness width"
    ),
    "give shape= a column, or a shape.": "marker marker_type symbol symbols icon",
    "give opacity=, from 0 to 1.": "alpha fill_opacity transparency",
    "give outline= a CSS colour.": (
        "edgecolor ec stroke edge_color border border_color outline_color"
    ),
    "give dash= a column, or such as 'dashed'.": (
        "linestyle line_style line_dash dash_array stroke_dasharray ls"
    ),
    "give order= a column; the greatest is drawn last.": "zorder z_index",
    "give show=False to draw the layer when wanted.": "visible display",
    "give name=.": "layer_name",
    "give the table that minmap.read makes of the file.": "df gdf",
    "give columns= such as {'latitude': 'N deg', 'longitude': 'E deg'} to minmap.read.": (
        "lat lon latitude longitude x y"
    ),
    "give crs= such as 'EPSG:32642'.": "epsg projection srs",
    "give view='bubbles'.": "cluster clustering marker_cluster",
    "give view='heat'.": "heatmap heat",
    "give view='hexagons'.": "hexbin hexagons gridsize",
    "give it to Style.": "font font_size font_family logo credit",
    "give style=minmap.Style(panel='legend').": "panel legend_only",
}
_CURES: Final = {word: cure for cure, words in _WORDS.items() for word in words.split()}
_OF_PAGE: Final = (
    "title", "subtitle", "language", "theme", "style", "location", "zoom_start", "base", "tiles",
    "attr", "hosts",
)  # fmt: skip
ADD_CURES: Final = {**dict.fromkeys((*FoliumOptions.__annotations__, *_OF_PAGE), _TO_MAP), **_CURES}
"""What to write in `Map.add` instead of the words of other programs and of `Map`."""
MAP_CURES: Final = {
    **_CURES,
    **dict.fromkeys(("lang", "locale"), "give language= such as 'ru'."),
    **dict.fromkeys(("dark_mode", "dark"), "give theme='dark'."),
    "figsize": "give width= and height=.",
    "control_scale": "the page has a scale of its own; leave it out.",
    **dict.fromkeys(("basemap", "mapbox_style"), "give base=, or tiles= the name of online tiles."),
    "center": "give location= latitude and longitude.",
    "zoom": "give zoom_start=.",
}
