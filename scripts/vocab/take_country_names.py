"""Take the names of countries in other languages from the Unicode CLDR, as Babel ships it.

    python scripts/vocab/take_country_names.py > scripts/vocab/country_names.csv

Needs the package babel (made with 2.18.0). The result is kept in the repository, so that the
vocabulary does not change with the release of Babel that happens to be installed.
"""

import csv
import sys

from babel import Locale

LANGUAGES = (
    "az de es fa fi fr hy it ja ka kk ko ky mn nl pl pt ru sv tg tk tr uk uz uz_Cyrl zh zh_Hant"
)


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["alpha2", "language", "name"])
    for language in LANGUAGES.split():
        territories = Locale.parse(language).territories
        for alpha2, name in sorted(territories.items()):
            if len(alpha2) == 2:
                writer.writerow([alpha2, language.replace("_", "-"), name])


if __name__ == "__main__":
    main()
