"""Take the names of countries in other languages from the Unicode CLDR, as Babel ships it.

    python scripts/vocab/take_country_names.py > scripts/vocab/country_names.csv
    python scripts/vocab/take_country_names.py autonyms > scripts/vocab/country_autonyms.csv

Needs the package babel (made with 2.18.0, the autonyms with 2.19.0). The results are kept in the
repository, so that the vocabulary does not change with the release of Babel that happens to be
installed.
"""

import csv
import sys
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

LANGUAGES = (
    "az de es fa fi fr hy it ja ka kk ko ky mn nl pl pt ru sv tg tk tr uk uz uz_Cyrl zh zh_Hant"
)


def names() -> Iterator[list[str]]:
    """Yield the names of all countries in the languages above."""
    for language in LANGUAGES.split():
        territories = Locale.parse(language).territories
        for alpha2, name in sorted(territories.items()):
            if len(alpha2) == 2:
                yield [alpha2, language.replace("_", "-"), name]


def autonyms() -> Iterator[list[str]]:
    """Yield the name of each country in its other official languages."""
    for alpha2 in sorted(Locale("en").territories):
        for language in get_official_languages(alpha2, de_facto=True) if len(alpha2) == 2 else ():
            try:
                name = Locale.parse(language).territories.get(alpha2)
            except UnknownLocaleError:
                continue
            if name and language not in LANGUAGES.split():
                yield [alpha2, language, name]


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["alpha2", "language", "name"])
    writer.writerows(autonyms() if sys.argv[1:] == ["autonyms"] else names())


if __name__ == "__main__":
    main()
