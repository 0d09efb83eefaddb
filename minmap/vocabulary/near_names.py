"""Names that are spelt nearly like a word."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MOST: Final = 16
_COMPARED: Final = 200
_LEAST_ALIKE: Final = 0.6
_LONGEST: Final = 100


class NameIndex:
    """Names by their words and by their pairs of letters, in which near ones are found fast.

    Parameters
    ----------
    names
        The names, normalised.

    Examples
    --------
    >>> NameIndex(["zinc", "copper", "zinc ore"]).near("zinc")
    ['zinc', 'zinc ore']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word, self._by_pair = defaultdict[str, list[str]](list), defaultdict(list)
        for name in names:
            for word in set(name.split()):
                self._by_word[word].append(name)
            for pair in _pairs(name):
                self._by_pair[pair].append(name)

    def near(self, word: str) -> list[str]:
        """Return the names that contain all words of a text, then those spelt nearly like it.

        Parameters
        ----------
        word
            The text, normalised.
        """
        # Any two codes of two letters are half alike.
        if len(word) < 3:
            return []
        # "Carlin" is not similar to "Carlin-type gold", but is part of it.
        first, *others = [self._by_word.get(part, []) for part in word.split()] or [[]]
        longer = [name for name in first if all(name in names for names in others)]
        shared = Counter(name for pair in _pairs(word) for name in self._by_pair.get(pair, ()))
        likely = [name for name, _ in shared.most_common(_COMPARED)]
        alike = get_close_matches(word[:_LONGEST], likely, n=_MOST, cutoff=_LEAST_ALIKE)
        return [*dict.fromkeys([*longer, *alike])]


def _pairs(name: str) -> set[str]:
    """Return the pairs of neighbouring letters of a name; a single letter is its own pair."""
    name = name[:_LONGEST]
    return {name[start : start + 2] for start in range(max(1, len(name) - 1))}
