"""Ids of the sources of files that have one name, told apart by the folders of the files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import PurePath

from minmap.reading.column_match import as_word


def namesake_ids(paths: Sequence[PurePath], own: Sequence[str | None]) -> list[str | None]:
    """Return other ids for sources whose id is that of a source of another file.

    The id of each gets the end of its folder that no other file of that name has, so that it stays
    the same when files are added or left out. Files of one name in one folder get their ending.

    Parameters
    ----------
    paths
        Absolute paths of the files.
    own
        Ids that the sources have by the names of their files; None for a file whose source has a
        name of its own.

    Returns
    -------
    list of str or None
        The new ids; None where the source keeps its own.

    Examples
    --------
    >>> paths = [PurePath("/a/2023/mines.csv"), PurePath("/a/2024/mines.csv"), PurePath("/a/x.csv")]
    >>> namesake_ids(paths, ["mines", "mines", "x"])
    ['mines_2023', 'mines_2024', None]
    """
    found: list[str | None] = [None] * len(own)
    for id_ in dict.fromkeys(filter(None, own)):
        rows = [row for row, one in enumerate(own) if one == id_]
        if len(rows) > 1:
            ends = _ends([paths[row] for row in rows])
            for row, end in zip(rows, ends, strict=True):
                found[row] = f"{id_}_{end}"
    counts = Counter([*filter(None, found), *filter(None, own)])
    return [
        f"{id_}_{_digest(path.as_posix())}" if id_ is not None and counts[id_] > 1 else id_
        for id_, path in zip(found, paths, strict=True)
    ]


def _ends(paths: Sequence[PurePath]) -> list[str]:
    """Return for each file the first of its forms that no other file has."""
    forms = [[*_forms(path)] for path in paths]
    counts = Counter(text for of in forms for text in dict.fromkeys(of))
    return [
        next((text for text in of if counts[text] == 1), _digest(path.as_posix()))
        for of, path in zip(forms, paths, strict=True)
    ]


def _forms(path: PurePath) -> Iterator[str]:
    """Yield what tells a file from others of its name, the most wanted first.

    Ends of its folder from the shortest, its ending, both together, and digits made of its name.

    Examples
    --------
    >>> [*_forms(PurePath("/data/y 2023/mines.csv"))][:-1]
    ['y_2023', 'data_y_2023', 'csv', 'y_2023_csv', 'data_y_2023_csv']
    """
    folders = path.parent.parts[1:]
    ends = [as_word("_".join(folders[-count:])) for count in range(1, len(folders) + 1)]
    ending = as_word(path.suffix.lower())
    yield from filter(None, (*ends, ending, *(f"{end}_{ending}" for end in ends if ending)))
    yield _digest(path.name)


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogateescape"), digest_size=4).hexdigest()
