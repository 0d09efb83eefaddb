"""Delimited text that is cut short, mixed up, oversized or meant to harm."""

from __future__ import annotations

import gzip
import random

from tests.corpus.case import HEADER, ROW, Case, data, rows, table, text

PLAIN = f"{HEADER}\n{rows()}\n"
NOISE = random.Random(7).randbytes(5_000)


def _record(**changes: str) -> str:
    cells = dict(zip(HEADER.split(","), ROW.format(number=1).split(","), strict=True))
    return ",".join((cells | changes).values())


def _encoded(encoding: str) -> bytes:
    named = _record(site_name="Коунрад месторождение", country="Казахстан")
    return f"{HEADER}\n{named}\n{named}\n".encode(encoding)


TABLES = (
    Case("empty file", "a.csv", data(b""), says="empty"),
    Case("only a byte order mark", "a.csv", data(b"\xef\xbb\xbf"), says="empty"),
    Case("only blank lines", "a.csv", data(b"\r\n\n  \n"), says="empty"),
    Case("header only", "a.csv", text(HEADER + "\n"), rows=0),
    Case("header without a line end", "a.csv", text(HEADER), rows=0),
    Case("random bytes", "a.csv", data(NOISE), says="a.csv"),
    Case("random bytes without zeros", "a.csv", data(NOISE.replace(b"\0", b"\1")), says="a.csv"),
    Case("a picture", "a.csv", data(b"\x89PNG\r\n\x1a\n" + NOISE), says="a.csv"),
    Case("a PDF", "a.csv", data(b"%PDF-1.7\n" + NOISE), says="PDF"),
    Case("a program", "a.csv", data(b"\x7fELF" + NOISE), says="binary"),
    Case("gzip", "a.csv", data(gzip.compress(PLAIN.encode())), says="a.csv"),
    Case("a web page", "a.csv", text("<html><body>404</body></html>"), says="HTML"),
    Case("JSON", "a.csv", text('{"a": 1}'), says="a.csv"),
    Case("zero byte in a cell", "a.csv", data(PLAIN.replace("Kounrad 1", "Kou\0d").encode())),
    Case("one column only", "a.csv", text("name\na\nb\n"), says="column"),
    Case("cut short in a row", "a.csv", text(PLAIN[:-30]), rows=3),
    Case("cut short in quotes", "a.csv", text(PLAIN + '9,"Kou'), rows=4, says="fewer cells"),
    Case("a quote never closed", "a.csv", table(_record(site_name='"Kou'), rows()), says="quot"),
    Case("quotes within a cell", "a.csv", table(_record(site_name='Kou"n"rad')), rows=1),
    Case("backslash before a quote", "a.csv", table(_record(site_name='"Kou\\"n')), rows=1),
    Case("a row too long", "a.csv", table(rows(), _record() + ",x,y"), rows=3, says="set aside"),
    Case("a row too short", "a.csv", table(rows(), "7,Kou"), rows=4, says="fewer cells"),
    Case("duplicate columns", "a.csv", table(_record() + ",B", head=HEADER + ",site_name"), rows=1),
    Case("columns without names", "a.csv", table(_record() + ",,", head=HEADER + ",,"), rows=1),
    Case("100,000 columns", "a.csv", text(",".join(f"c{n}" for n in range(100_000)) + "\n1\n")),
    Case("a million blank columns", "a.csv", text("," * 1_000_000 + "\n1\n")),
    Case("a header of 60 MB", "a.csv", text("x" * 60_000_000)),
    Case("a cell of 20 MB", "a.csv", table(_record(site_name="x" * 20_000_000)), rows=1),
    Case(
        "a cell of 20 MB in quotes and a ragged row",
        "a.csv",
        table(_record(site_name=f'"{"x" * 20_000_000}"'), "1,2"),
        rows=2,
        says="fewer cells",
    ),
    Case("UTF-8 and latin-1 lines", "a.csv", data(
        f"{HEADER}\n{_record(site_name='Müller Höhe')}\n".encode()
        + f"{_record(site_name='Müller Höhe')}\n".encode("latin-1")
    ), rows=2, says="a.csv"),
    Case("UTF-16 with its mark", "a.csv", data(PLAIN.encode("utf-16")), rows=3),
    Case("UTF-16 without a mark", "a.csv", data(PLAIN.encode("utf-16-le")), rows=3),
    Case("UTF-16 cut within a letter", "a.csv", data(PLAIN.encode("utf-16")[:-1])),
    Case("cp1251", "a.csv", data(_encoded("cp1251")), rows=2, says="cp1251"),
    Case("cp866", "a.csv", data(_encoded("cp866")), rows=2, says="cp866"),
    Case("GBK", "a.csv", data(
        f"{HEADER}\n{_record(site_name='白云鄂博稀土矿床')}\n{_record(site_name='攀枝花钒钛磁铁矿')}\n"
        .encode("gbk")
    ), rows=2, says="a.csv"),
    Case("text already damaged", "a.csv", table(_record(site_name="K\ufffdunr\ufffdd")), rows=1,
         says="U+FFFD"),
    Case("bytes of half a surrogate", "a.csv", data(
        PLAIN.encode().replace(b"Kounrad 1", b"Kou\xed\xa0\x80d")), rows=3, says="a.csv"),
    Case("carriage returns only", "a.csv", text(PLAIN.replace("\n", "\r")), rows=3),
    Case("line ends of three kinds", "a.csv", text(f"{HEADER}\r\n{_record()}\n{_record()}\r"),
         rows=2),
    Case("a line that says sep=;", "a.csv", text("sep=;\n" + PLAIN.replace(",", ";")), rows=3),
    Case("titles above the header", "a.csv", text("Deposits of the survey\n\n" + PLAIN), rows=3,
         says="above"),
    Case("pipes", "a.txt", text(PLAIN.replace(",", "|")), rows=3),
    Case("tabs in a .csv", "a.csv", text(PLAIN.replace(",", "\t")), rows=3),
    Case("decimal commas", "a.csv", text(PLAIN.replace(",", ";").replace(".", ",")), rows=3),
    Case("coordinates in words", "a.csv", table(_record(latitude="north")), rows=1, says="north"),
    Case("coordinates inf and 1e999", "a.csv", table(_record(latitude="inf"),
         _record(longitude="1e999"), _record(latitude="nan")), rows=3, says="location"),
    Case("coordinates as code", "a.csv", table(_record(latitude="0x2F"),
         _record(latitude="4_6.99"), _record(latitude="__import__('os')")), rows=3, says="3 rec"),
    Case("a coordinate of a million digits", "a.csv", table(_record(latitude="4" * 1_000_000)),
         rows=1, says="location"),
    Case("degrees without end", "a.csv", table(_record(latitude="4 " * 100_000)), rows=1,
         says="location"),
    Case("beyond the globe", "a.csv", table(_record(latitude="146.99")), rows=1, says="globe"),
    Case("the poles", "a.csv", table(_record(latitude="90"), _record(latitude="-90")), rows=2),
    Case("the antimeridian", "a.csv", table(_record(longitude="180"), _record(longitude="-180"),
         _record(longitude="180.5")), rows=3, says="globe"),
    Case("null island and minus zero", "a.csv", table(_record(latitude="-0", longitude="0")),
         rows=1),
    Case("formulas in cells", "a.csv", table(
        _record(site_name="=HYPERLINK(0)"), _record(site_name="@SUM(A1)"),
        _record(site_name="+cmd|' /C calc'!A0")), rows=3),
    Case("scripts in cells", "a.csv", table(
        _record(site_name="</script><script>alert(1)</script>"),
        _record(site_name="{{ 7 * 7 }}{% raw %}")), rows=2),
    Case("escape codes of a terminal", "a.csv", table(
        _record(country="\x1b[2J\x1b]0;owned\x07", latitude="\x1b[31m")), rows=1, says="location"),
    Case("letters that turn the text round", "a.csv", table(_record(site_name="\u202eabc\u200b")),
         rows=1),
    Case("paths as names", "a.csv", table(_record(dep_id="../../etc/passwd")), rows=1),
    Case("one number for all", "a.csv", table(*[_record()] * 5), rows=5, says="number"),
    Case("5,000 unknown words", "a.csv", table(
        *[_record(commod1=f"Unobtainium{n}", country=f"Land {n}") for n in range(5_000)]),
        rows=5_000, says="vocabulary"),
    Case("a commodity of 100,000 parts", "a.csv", table(_record(commod1="a-" * 100_000)), rows=1,
         says="vocabulary"),
    Case("a country of a million letters", "a.csv", table(_record(country="(a+)+$" * 200_000)),
         rows=1, says="vocabulary"),
    Case("brackets without end", "a.csv", table(_record(commod1="(" * 200_000)), rows=1),
    Case("no columns that anything is known of", "a.csv", text("p,q\n1,2\n3,4\n"), says="a.csv"),
    Case("numbers without names", "a.csv", text("1,2,3\n4,5,6\n7,8,9\n"), says="a.csv"),
)  # fmt: skip
