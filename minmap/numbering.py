"""Names made different by numbers."""

from collections.abc import Callable, Iterable


def numbered(
    names: Iterable[str],
    *,
    ending: str = "_{}",
    taken: Iterable[str] = (),
    same: Callable[[str], str] = str,
    room_bytes: int | None = None,
) -> list[str]:
    """Return names that differ from one another and from those taken, with numbers where needed.

    Parameters
    ----------
    names
        The names in order; the first of equal names stays as it is.
    ending
        What to append to the others; ``{}`` stands for the number, from 2.
    taken
        Names that none may get.
    same
        Returns the form in which names are compared, such as `str.casefold`.
    room_bytes
        The longest name in bytes of UTF-8; longer ones are cut. None: no limit.

    Examples
    --------
    >>> numbered(["a", "b", "a"], taken=["b"])
    ['a', 'b_2', 'a_2']
    >>> numbered(["Commodities", "commodities_main"], same=str.casefold, room_bytes=10)
    ['Commoditie', 'commodit_2']
    """
    used, different = set(map(same, taken)), list[str]()
    # The highest number of each name, so that a name that repeats n times costs n steps.
    last = dict[str, int]()
    for name in names:
        whole = _cut(name, room_bytes)
        made, number = whole, last.get(same(whole), 1)
        while same(made) in used:
            number += 1
            tail = ending.format(number)
            made = _cut(whole, room_bytes and room_bytes - len(tail)) + tail
        last[same(whole)] = number
        used.add(same(made))
        different.append(made)
    return different


def _cut(name: str, room_bytes: int | None) -> str:
    return name if room_bytes is None else name.encode()[:room_bytes].decode(errors="ignore")
