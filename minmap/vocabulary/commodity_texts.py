"""Parse the commodity texts of a source into canonical codes and qualifiers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, require_kind, require_one_of
from minmap.types import Floats
from minmap.vocabulary.cgi_addresses import term_of
from minmap.vocabulary.coded_texts import coded, translate
from minmap.vocabulary.negations import may_deny, without_negated
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, commodity_key
from minmap.vocabulary.two_meanings import decided_meanings, names_of_two_meanings

# A semicolon always separates two commodities. The softer separators may also be part of a name
# ("Sand and Gravel, Construction", "Boron-Borates"), so there the longest known name wins.
_HARD: Final = re.compile(r"[;；|\r\n\t]+")
_SOFT: Final = re.compile(
    r"[,/()\[\]&+±:，、：／（）·\u2010-\u2014-]+|\.(?=\s|$)|\b(?i:and)\b"
    # "and" in other languages; a lone Y is yttrium.
    r"|(?<=\s)(?:и|und|et|y|e|og|och|ja|en|dan|ve|və|және)(?=\s)"
)
# "Silver-bearing lead" is lead with silver. A word is looked at once, however long it is.
_BEARING: Final = re.compile(
    r"(?<![^\W\d_])([^\W\d_]++)[\s\u2010-\u2014-]++bearing\s++([^\W\d_]++)", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"[\d.,%<>~]+")
_MRDS_SPLIT: Final = re.compile(r"[\s,;]+")
# Names of two commodities, which are separate ones with a comma between them.
_ONE_PIECE: Final = frozenset({"silver sand", "silver sands", "copper cement", "cement copper"})
# No name has more pieces or words. The limit keeps the time linear in the length of a text.
_LONGEST: Final = 8

CASED: Final = "cased"
SCHEMES: Final = ("names", CASED, "mrds")

_CODE: Final = re.compile(r"[A-Z][A-Za-z]")
_MOSTLY: Final = 0.8
_CAPITALS: Final = re.compile(r"(?<![^\W_])[A-Z]{2}(?![^\W_])")
# minmap's own list: metals whose symbols in capitals mean the same in lists of codes that have CL
# for coal and RE for rare earths, such as those of BC MINFILE and of the USGS MRDS.
_OF_METALS: Final = frozenset(
    {"AG", "AU", "CD", "CR", "CU", "FE", "HG", "MN", "MO", "NB", "NI", "PB", "PD", "SB", "SN", "ZN"}
)

NO_OWN_WORDS: Final[Mapping[str, str]] = MappingProxyType({})


class _Term(NamedTuple):
    codes: tuple[str, ...]
    qualifier: str


class _Names(NamedTuple):
    """The names known while a text is read, with the user's own before all others.

    `doubtful` are codes of two capitals that are no symbols of elements in this text.
    """

    own: Mapping[str, _Term]
    known: Mapping[str, _Term]
    doubtful: frozenset[str] = frozenset()


def _joined_key(name: str) -> str:
    """Return the key of a name as texts have it: without the separators and words for "and"."""
    if " " not in name:
        return commodity_key(name)
    return " ".join(filter(None, map(commodity_key, _SOFT.split(name))))


@cache
def _terms(scheme: str) -> dict[str, _Term]:
    key: Callable[[str], str] = _joined_key if scheme == "names" else str
    return {
        key(row["term"]): _Term(tuple(row["codes"].split()), row["qualifier"])
        for row in rows("commodity_terms")
        if row["scheme"] == scheme
    }


@cache
def _all_languages() -> dict[str, _Term]:
    names = rows("commodity_names")
    named = {_joined_key(row["name"]): _Term((row["code"],), "") for row in names}
    unclear = names_of_two_meanings()
    return {key: term for key, term in named.items() if key not in unclear} | _terms("names")


@cache
def _qualifiers() -> dict[str, str]:
    return {commodity_key(row["word"]): row["qualifier"] for row in rows("commodity_qualifiers")}


@cache
def _words_of_use() -> frozenset[str]:
    """Return the qualifiers that say something only after a commodity: a "Chemical Co." is none."""
    words = (row["word"] for row in rows("commodity_qualifiers") if row["place"] == "after")
    return frozenset(map(commodity_key, words))


@cache
def _unmapped() -> frozenset[str]:
    listed = (row for row in rows("unmapped_terms") if row["vocabulary"] == "commodities")
    return frozenset(commodity_key(row["term"]) for row in listed)


@cache
def _codes(*, upper: bool = False) -> dict[str, str]:
    codes = [row["code"] for row in rows("commodities")]
    return {code.upper() if upper else code: code for code in codes}


class Reading:
    """The commodities found in one text, each with its qualifiers, and the unknown words."""

    def __init__(self) -> None:
        self.qualifiers: dict[str, list[str]] = {}
        self.unknown: list[str] = []
        self.last = ""
        self.empty: list[str] = []

    def add(self, term: _Term) -> None:
        """Add the commodities of a term, and its qualifier to the last of these."""
        if not term.codes:  # a word without meaning, by the user's own vocabulary
            return
        for code in term.codes:
            self.qualifiers.setdefault(code, [])
        self.last = term.codes[-1]
        self.qualify(term.qualifier)

    def qualify(self, qualifier: str) -> None:
        """Add a qualifier to the commodity added last."""
        if qualifier and qualifier not in self.qualifiers[self.last]:
            self.qualifiers[self.last].append(qualifier)

    def codes(self) -> Parsed:
        """Return the codes, and the unknown words."""
        unknown = self.unknown if self.qualifiers else self.empty + self.unknown
        return tuple(self.qualifiers), tuple(dict.fromkeys(unknown))

    def qualified(self) -> Parsed:
        """Return the codes with qualifiers."""
        pairs = ((code, word) for code, words in self.qualifiers.items() for word in words)
        return tuple(map(" ".join, pairs)), ()


def _read_names(text: str, own: Mapping[str, _Term], *, cased: bool = False) -> Reading:
    text = term_of(text)
    whole = own.get(commodity_key(text)) if own else None
    if whole is not None:
        reading = Reading()
        reading.add(whole)
        return reading
    # Nearly all tables are in English, and its names are loaded in half the time of all names.
    reading = _read_in(text, own, _terms("names"), cased=cased)
    is_understood = reading.qualifiers and not reading.unknown
    return reading if is_understood else _read_in(text, own, _all_languages(), cased=cased)


def _read_in(
    text: str, own: Mapping[str, _Term], known: Mapping[str, _Term], *, cased: bool
) -> Reading:
    reading = Reading()
    names = _Names(own, known, _doubtful(text, known, cased=cased))
    if may_deny(text):
        text, denied = without_negated(text, lambda name: _is_name(name, names))
        reading.unknown += denied
    for segment in _HARD.split(_BEARING.sub(lambda found: _bearer_first(found, known), text)):
        reading.last = ""
        _read_segment(segment, reading, names)
    return reading


def _bearer_first(found: re.Match[str], known: Mapping[str, _Term]) -> str:
    """Return "lead, silver" for "silver-bearing lead", and else the text, as of bearing quartz."""
    borne, bearer = (known.get(commodity_key(name)) for name in found.groups())
    if borne is None or bearer is None or not _are_elements((*borne.codes, *bearer.codes)):
        return found[0]
    return f"{found[2]}, {found[1]}"


def _doubtful(text: str, known: Mapping[str, _Term], *, cased: bool) -> frozenset[str]:
    """Return the codes of two capitals in a text that are no symbols of elements there.

    Codes that may abbreviate another name of the text are none: RE beside "Rare earths".
    """
    codes = (frozenset(_CAPITALS.findall(text)) & _codes(upper=True).keys()) - _OF_METALS
    if cased or not codes:
        return codes
    names = [commodity_key(piece) for part in _HARD.split(text) for piece in _SOFT.split(part)]
    others = [name for name in names if name in known and not _are_elements(known[name].codes)]
    initials = {"".join(word[0] for word in name.split()) for name in others}
    return codes & {start.upper() for start in initials | {name[:2] for name in others}}


def _are_elements(codes: Sequence[str]) -> bool:
    return all(code in _symbols() for code in codes)


@cache
def _symbols() -> frozenset[str]:
    """Return the symbols of elements among the codes."""
    return frozenset(row["code"] for row in rows("commodities") if row["elements"] == row["code"])


def capitals_are_symbols(texts: Iterable[str]) -> bool:
    """Return whether codes of two capitals in the texts of a column are symbols of elements.

    They are if most different codes of the column are symbols in capitals: neither codes that no
    vocabulary has, nor symbols in their usual case. Beside names, one must be that of a common
    metal.

    Examples
    --------
    >>> capitals_are_symbols(["AU, CO", "CU", "NI"]), capitals_are_symbols(["Au, CO", "Cu", "Ni"])
    (True, False)
    >>> capitals_are_symbols(["CL", "AU, RE", "LS", "JD"]), capitals_are_symbols(["Gold", "RE"])
    (False, False)
    """
    capitals, cased, has_names = set[str](), set[str](), False
    for text in texts:
        for piece in (one.strip() for part in _HARD.split(text) for one in _SOFT.split(part)):
            words = piece.split()
            if words and all(map(_CODE.fullmatch, words)):
                capitals.update(word for word in words if word.isupper())
                cased.update(word for word in words if word in _symbols())
            else:
                has_names |= commodity_key(piece) in _all_languages()
    symbols = {word for word in capitals if commodity_key(word) in _terms("names")}
    others = (capitals - symbols) | {word for word in cased if word.upper() not in symbols}
    is_like_the_rest = len(symbols) >= _MOSTLY * (len(symbols) + len(others))
    return is_like_the_rest and not (has_names and symbols.isdisjoint(_OF_METALS))


def _is_name(text: str, names: _Names) -> bool:
    """Return whether a text is a name of a commodity, or a word that has no code on purpose."""
    pieces = _SOFT.split(text)
    if not (pieces[0].strip() and pieces[-1].strip()):
        return False  # "gold and"
    key = _joined_key(text)
    has_name = key in names.own or key in names.known or key in _unmapped()
    return has_name or text in _codes()


def _read_segment(segment: str, reading: Reading, names: _Names) -> None:
    pieces = [(commodity_key(piece), piece.strip()) for piece in _SOFT.split(segment)]
    pieces = [(key, piece) for key, piece in pieces if key]
    start = 0
    while start < len(pieces):
        for stop in range(min(len(pieces), start + _LONGEST), start, -1):
            key = " ".join(key for key, _ in pieces[start:stop])
            if key in names.own:
                reading.add(names.own[key])
                break
            if stop == start + 1 and pieces[start][1] in names.doubtful:
                reading.unknown.append(pieces[start][1])
                break
            # In "Copper: metal" the second word qualifies copper; "Metal" alone is a commodity.
            if reading.last and stop == start + 1 and key in _qualifiers():
                reading.qualify(_qualifiers()[key])
                break
            if key in _unmapped():
                reading.unknown.append(" ".join(piece for _, piece in pieces[start:stop]))
                break
            if key in names.known and (stop == start + 1 or key not in _ONE_PIECE):
                reading.add(names.known[key])
                break
        else:
            stop = start + 1
            _read_piece(pieces[start][1], reading, names)
        start = stop


def _read_piece(piece: str, reading: Reading, names: _Names) -> None:
    """Read a piece that is not a name as a whole: "Au Ag Cu", or a name among qualifiers."""
    words = piece.split()
    for known in (_codes(), _codes(upper=True)):
        if known.keys() >= set(words):
            reading.unknown += [word for word in words if word in names.doubtful]
            for word in words:
                if word not in names.doubtful:
                    reading.add(_Term((known[word],), ""))
            return
    parts = _parts(words, names, named=bool(reading.last))
    if parts is None:
        reading.unknown.append(piece)
        return
    terms = [part for part in parts if isinstance(part, _Term)]
    qualifiers = [part for part in parts if isinstance(part, str) and part]
    if not terms and not reading.last:
        (reading.unknown if qualifiers else reading.empty).append(piece)
        return
    for term in terms:
        reading.add(term)
    for qualifier in qualifiers if reading.last else ():
        reading.qualify(qualifier)


def _parts(words: list[str], names: _Names, *, named: bool) -> list[_Term | str] | None:
    """Return the names and qualifiers that `words` consist of; None if any word is neither."""
    parts: list[_Term | str] = []
    start = 0
    while start < len(words):
        if _NUMBER.fullmatch(words[start]):
            start += 1
            continue
        for stop in range(min(len(words), start + _LONGEST), start, -1):
            part = _part(words[start:stop], names, named=named)
            if part is not None:
                break
        else:
            return None
        parts.append(part)
        named = named or isinstance(part, _Term)
        start = stop
    return parts


def _part(words: list[str], names: _Names, *, named: bool) -> _Term | str | None:
    key = commodity_key(" ".join(words))
    if key in names.own:
        return names.own[key]
    qualifier = _qualifiers().get(key)
    if len(words) == 1 and words[0] in _codes():
        return _Term((words[0],), "")
    if named and qualifier is not None:
        return qualifier
    # Among other words a symbol counts only in its own case: "in" is not indium. Words of one
    # language in Latin letters are other words in another: "ton" is clay in German.
    has_names = len(key) > 2 and (not key.isascii() or key in _terms("names"))
    term = names.known.get(key) if has_names else None
    if term is None and key in _words_of_use():
        return None
    return qualifier if term is None else term


def _read_mrds(text: str, own: Mapping[str, _Term]) -> Reading:
    reading = Reading()
    for word in filter(None, _MRDS_SPLIT.split(text.upper())):
        term = own.get(commodity_key(word)) or _terms("mrds").get(word)
        if term is None:
            reading.unknown.append(word)
        else:
            reading.add(term)
    return reading


def commodity_reader(
    scheme: str, own: Mapping[str, str], *, among: Sequence[str] = ()
) -> Callable[[str], Reading]:
    """Return the function that reads the commodities of one text, see `parse_commodities`.

    `among` are the texts of the column, whose language decides names of two meanings.
    """
    require_one_of(scheme, SCHEMES, name="scheme")
    require_kind(own, Mapping, name="own", cure="give a mapping of words to codes")
    for text in (*own, *own.values()):
        require_kind(text, str, name="own", cure="give the codes of each word: {'sand': 'Ti Zr'}")
    terms = {commodity_key(word): _Term(tuple(codes.split()), "") for word, codes in own.items()}
    if scheme == "mrds":
        return lambda text: _read_mrds(text, terms)
    decided = decided_meanings(among)
    terms = {key: _Term(tuple(codes.split()), "") for key, codes in decided.items()} | terms
    return lambda text: _read_names(text, terms, cased=scheme == CASED)


@check_keywords
def parse_commodities(
    values: pd.Series, *, scheme: str = "names", own: Mapping[str, str] = NO_OWN_WORDS
) -> tuple[pd.Series, dict[str, int]]:
    """Return the canonical codes of the commodities in texts.

    Parameters
    ----------
    values
        Texts such as ``"Copper-silver-gold"``, ``"медь, золото"`` or ``"WO3"``; missing values
        stay missing. Not changed.
    scheme
        ``"names"``: names in any language of `commodity_names`, symbols of elements and formulas.
        A semicolon always separates two commodities. Commas, hyphens, brackets and "and" separate
        them unless the longer text is itself a known name, such as "Sand and Gravel,
        Construction" or "Boron-Borates". Words such as "crude" or "concentrate" after a commodity
        are qualifiers, which `parse_qualifiers` returns. What a text denies ("lead-free", "low
        iron", "no gold") is none of its commodities, and counts as an unknown word. A name that is
        another commodity in another language (``"olovo"``: lead in Czech and Serbian, tin in
        Russian) is decided by the other texts, and is an unknown word where these do not. The
        address of a term of the CGI vocabularies is read as the term.
        ``"cased"``: as ``"names"``, but codes of two capitals (CO, RE) count as unknown words, as
        many tables have them as codes of their own; only those of common metals are read (AU).
        ``"mrds"``: a list of MRDS commodity codes separated by blanks (``" AU NA_H"``).
    own
        Words that come before those of the vocabulary, with the codes of each, space-separated;
        ``""`` means that the word is known and names no commodity.

    Returns
    -------
    codes : pandas.Series
        Space-separated codes of `commodities` in the order of the text, each once; missing
        where the text is missing or contains no known commodity. Same index and name.
    unknown : dict of str to int
        Words in no vocabulary, with the number of rows that contain each, most frequent first.

    Raises
    ------
    ChoiceError
        If `scheme` is another word.
    MinmapError
        If `values` is not a Series of texts.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.Series(["Copper-silver-gold", "медь, золото", "Copper: refined", "Kryptonite"])
    >>> codes, unknown = parse_commodities(texts)
    >>> codes.tolist(), unknown
    (['Cu Ag Au', 'Cu Au', 'Cu', nan], {'Kryptonite': 1})
    >>> parse_commodities(pd.Series(["Gold, heavy sand"]), own={"heavy sand": "Ti Zr"})[0].item()
    'Au Ti Zr'
    >>> parse_commodities(pd.Series(["B NA LI"]), scheme="mrds")[0].item()
    'B Na Li'
    """
    read = commodity_reader(scheme, own, among=coded(values).texts)
    return translate(values, lambda text: read(text).codes())


@check_keywords
def parse_qualifiers(
    values: pd.Series, *, scheme: str = "names", own: Mapping[str, str] = NO_OWN_WORDS
) -> pd.Series:
    """Return the qualifiers of the commodities in texts, such as "oxide" or "laterite".

    Parameters
    ----------
    values, scheme, own
        As for `parse_commodities`.

    Returns
    -------
    pandas.Series
        Codes with qualifiers, separated by semicolons: ``"Cu oxide; Ni laterite"``; missing where
        there is no qualifier. Same index and name.

    Raises
    ------
    ChoiceError, MinmapError
        As for `parse_commodities`.

    Examples
    --------
    >>> import pandas as pd
    >>> parse_qualifiers(pd.Series(["Copper, Oxide; Nickel, Laterite", "Gold"])).tolist()
    ['Cu oxide; Ni laterite', nan]
    >>> parse_qualifiers(pd.Series(["NI_L AU"]), scheme="mrds").item()
    'Ni laterite'
    """
    read = commodity_reader(scheme, own, among=coded(values).texts)
    return translate(values, lambda text: read(text).qualified(), separator="; ")[0]


@check_keywords
def group_of(codes: pd.Series) -> pd.Series:
    """Return the commodity group of the first commodity of each row, which is the main one.

    Parameters
    ----------
    codes
        Space-separated canonical codes as `parse_commodities` returns them. Not changed.

    Returns
    -------
    pandas.Series
        Codes of `commodity_groups`; missing where there is no known commodity.

    Raises
    ------
    MinmapError
        If `codes` is not a Series of texts.

    Examples
    --------
    >>> import pandas as pd
    >>> group_of(pd.Series(["Cu Ag Au", None])).tolist()
    ['base', nan]
    """
    return translate(codes, group_reader())[0]


def group_reader() -> Callable[[str], Parsed]:
    """Return the function that returns the group of one text of codes, see `group_of`."""
    groups = {row["code"]: row["group"] for row in rows("commodities")}

    def parse(text: str) -> Parsed:
        first = text.split(maxsplit=1)[:1]
        return tuple(groups[code] for code in first if code in groups), ()

    return parse


def commodity_shares(texts: Sequence[str]) -> Floats:
    """Return the share of the letters of each text that belong to names of commodities.

    Examples
    --------
    >>> commodity_shares(["Copper, gold", "12 Main Street, Atlanta, GA", "Er"]).round(1).tolist()
    [1.0, 0.1, 1.0]
    """
    return np.array([_share_read(text) for text in texts], dtype=np.float64)


@cache
def _of_either_meaning() -> dict[str, _Term]:
    """Return the names of two meanings, which are commodities in both."""
    return {
        key: _Term(tuple(meanings[0].codes.split()), "")
        for key, meanings in names_of_two_meanings().items()
        if len(meanings) > 1
    }


def _share_read(text: str) -> float:
    reading = _read_names(text, _of_either_meaning())
    if not reading.qualifiers:
        return 0.0
    unread = sum(sum(map(str.isalnum, word)) for word in reading.unknown)
    return max(0.0, 1 - unread / max(1, sum(map(str.isalnum, text))))
