"""The demo map: the sample deposits along the Middle Corridor on one page."""

from minmap.maps import Map
from minmap.reading import read, sample
from minmap.transport.trade_corridors import nearest
from minmap.transport.trade_corridors.catalogue import corridor

TITLE = "Mineral deposits along the Middle Corridor"


def demo_map() -> Map:
    """Return a map of the sample deposits, a raster and lakes along the Middle Corridor.

    Returns
    -------
    Map
        Major mineral deposits and PP 1802 critical-mineral deposits with their WGS 84 distance
        to the corridor, over elevation (hidden at first) and lakes.
    """
    middle = corridor("middle")
    deposits = nearest(read(sample("major_deposits_central_asia.csv")), middle)
    critical = nearest(read(sample("pp1802_central_asia.csv")), middle)
    page = Map(title=TITLE, subtitle="Distances are geodesic, on the WGS 84 ellipsoid")
    page.add(sample("elevation.tif"), name="Elevation", show=False)
    page.add(sample("central_asia_lakes.shp"), name="Lakes and the Caspian", show=False)
    page.add(middle)
    page.add(critical, name="Critical-mineral deposits (PP 1802)", show=False)
    return page.add(deposits, name="Major mineral deposits (OFR 2005-1294)")
