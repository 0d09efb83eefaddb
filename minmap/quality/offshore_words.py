"""Words of records at sea: sites on the sea floor, and oil and gas."""

from typing import Final

import numpy as np
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.quality.records import Records
from minmap.types import Booleans, Integers

# Words for what lies on or under the sea floor, and for drilling there, in the languages of the
# headings that are matched. minmap (ours): common words that nobody uses of a site on land.
_WORDS: Final = "|".join(
    (
        r"off-?shore|sub-?marine|sub-?sea|undersea|underwater|deep[ -]sea|continental shelf",
        r"(?:sea|ocean)[ -]?(?:bed|floor|mount)|nodules?\b|hydrothermal vent|black smoker",
        r"marine (?:placer|diamond|mining|aggregate|dredg|phosphorite|sand)|dredging",
        r"(?:oil|gas|petroleum)[ -](?:and[ -]gas[ -])?(?:field|platform|well|rig)",
        r"шельф|оффшор|офшор|подводн|морск(?:ое|ая|ой|ие) (?:месторожд|добыч|дн)|конкреци",
        r"нефтян|нефтегаз|газов(?:ое|ая) |теңіз",
        r"en mer\b|sous-?marin|fonds? marins?|plateau continental|champ p[ée]trol",
        r"costa afuera|mar adentro|lecho marino|fondo marino|plataforma continental|n[óo]dulos?\b",
        r"alto mar|leito marinho|fundo do mar",
        r"meeresboden|tiefsee|manganknolle|untermeerisch|festlandsockel",
        r"deniz ?alt[ıi]|deniz taban[ıi]|a[çc][ıi]k deniz|havbunn|sokkel",
        r"海上|海底|近海|大陆架|结核|深海|油田|气田",
    )
)
_OFFSHORE: Final = f"(?i){_WORDS}"
_DRILLED: Final = frozenset({"Oil", "Gas"})
# Columns that may say such words of something else: where a record was published.
_ELSEWHERE: Final = frozenset({"url", "citation", "source", "occurrence_id"})


def is_offshore(records: Records, rows: Integers) -> Booleans:
    """Return whether a text of records mentions the sea floor, or they have oil or gas.

    Parameters
    ----------
    records
        The table.
    rows
        Shape (n,), positions of records at sea, which are few.
    """
    found = np.zeros(len(rows), dtype=bool)
    for name in ("commodities", "minor_commodities"):
        codes = records.frame[name].iloc[rows].fillna("")
        found |= np.array([not _DRILLED.isdisjoint(text.split()) for text in codes], bool)
    for name in (*records.standard, *records.own):
        if str(name).casefold() in _ELSEWHERE:
            continue
        column = records.texts(name)
        if column is not None:
            array = to_arrow(column.iloc[rows])
            match = pc.fill_null(pc.match_substring_regex(array, _OFFSHORE), fill_value=False)
            found |= np.asarray(match.to_numpy(zero_copy_only=False), dtype=bool)
    return found
