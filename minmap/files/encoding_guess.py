"""The most probable encoding of text that is not UTF-8.

In its own encoding a word is of one script, capitals stand at its beginning or throughout, and
other signs are rare. The same bytes in another encoding break these habits in almost every word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import Final

CANDIDATES: Final[Mapping[str, float]] = {
    "cp1252": 1.0,
    "cp1251": 1.0,
    "gb18030": 1.0,
    "cp866": 0.5,
    "cp1250": 0.05,
    "cp1254": 0.1,
    "cp1253": 0.01,
    "big5": 0.05,
    "shift-jis": 0.05,
    "koi8-r": 0.05,
    "iso8859-5": 0.05,
    "mac-cyrillic": 0.05,
    "mac-roman": 0.1,
    "cp850": 0.01,
    "iso8859-2": 0.01,
    "cp852": 0.005,
    "cp437": 0.005,
    "cp857": 0.005,
    "mac-latin2": 0.0005,
    "mac-turkish": 0.002,
    "cp949": 0.05,
    "euc_jp": 0.02,
    "cp1256": 0.02,
    "cp874": 0.02,
    "cp1255": 0.01,
    "cp1257": 0.01,
}
"""The encodings that `guess` chooses from, with their frequency in relation to the first. minmap's
own figures. gb18030 includes GBK; the first of equals wins."""
MULTI_BYTE: Final = frozenset({"gb18030", "big5", "shift-jis", "cp949", "euc_jp"})
"""Candidates in which a letter may take several bytes."""
_OTHER_LETTERS: Final = MULTI_BYTE | {
    "cp1251", "cp866", "koi8-r", "iso8859-5", "mac-cyrillic", "cp1253", "cp1256",
    "cp874", "cp1255",
}  # fmt: skip

SAMPLE_BYTES: Final = 1 << 16
"""Bytes of a text by which its encoding is guessed."""
# A word with a letter beyond ASCII, whose second byte may be ASCII; or such a sign after a digit.
_WORD: Final = re.compile(rb"(?:[0-9]|(?<![A-Za-z])[A-Za-z]*+)[\x80-\xff][@-~\x80-\xff]*")
# Accented letters of a language, the most frequent first, in names of towns of GeoNames (CC BY
# 4.0), by `benchmarks/encodings.py --letters`. The first entry is for several languages at once.
_WESTERN: Final = (
    "éáüöíãèóçßâúôñäêàëœîõÿûòåøæìùï",
    "éèâôçêëœîÿûà",
    "áíóéñúàèüçò",
    "ãáéíçóâúôêõ",
    "üößä",
    "öäå",
    "øæå",
)
_CENTRAL: Final = ("ółśęążńźć", "íářščěýéžúňůď", "áščžľýíňéúťä", "áéöóúüőűí", "šćžčđ")
_BALTIC: Final = ("ėščžūųįąę", "īāžķļūēšģņč", "õäöüšž")
_TURKISH: Final = ("ıçşüöğİ",)
# Letters of Greek and of Russian, in the same way. Greek bytes are Russian letters in cp1251, so
# that mainly the frequency of the letters differs.
_GREEK: Final = "αορινλάτκσεςμπυγίέηύδόχβωφήθώζξψϊ"
_RUSSIAN: Final = "оакенсривлтумгбйдяыьпшзчхжцюёэ"
_ARABIC: Final = "اليرمةبنوسدقعتكحفشجزصهطخأغضىءئإث"
_THAI: Final = "านรงบอมกเลั้สทพหีุว่ะิดยคปแตชศจำขโู์ืญไธภษ็ณึใ"
_HEBREW: Final = "ירוהבמתלאשנעדפןחםקגסכצטזףץך"
# The most frequent signs in names of towns, from the same source, with those of words for metals.
_KOREAN: Final = (
    "시산주천동읍양부안군구리성원신남강송령경광김녕자창진포여영평문탄고사서울역인청흥장암아무"
    "로한제의정춘수오계이기상홍완공화대노태가괴나위삼례선봉회후곡도특별마람순목덕촌배림단재충"
    "명옹길예침담처철라지연왜관환웅흑교악중호막용룡뒤모래터일승방현곽백금은석몰브덴텅스텐우늄"
    "니켈망간토형납황휴폐"
)
_JAPANESE: Final = (
    "市町田山川大島野東原小南崎津井高松本上中宮谷沢和日村石城八伊江富西北尾平佐須木三豊岡下別"
    "長浜子鹿沼新岩良古塚屋坂武口米加千宇安浦国那内鶴御見白青府部寺吉戸多藤橋森士間代出根飯賀"
    "瀬志金美五水宿台深横区王澤方越甲倉名稲巣塩一鉱銀銅鉄鉛亜錫炭硫黄灰油黒"
)
_CHINESE: Final = (
    "镇乡山街城道市家河大桥溪东龙南新县口江西安阳石塘村庄水马湖白坪三黄平高金子林州田木沙区上"
    "店里长尔古头兴族北坝中海关岭泉岗小和花双拉门路克王华五港杨峰下青湾永场沟源川云宁太塔土丰"
    "台合坊张阿巴滩营凤罗都洲吉官苏武乐达寺天渡洋浦埠铁梅横寨乌临红多集庙竹铺堡文德前甸潭矿床"
    "银铜铅锌锡钨钼镍煤锰稀铝磷硫锂锑汞铬钛钒"
)
_OF_TAIWAN: Final = (
    "大山新市石田區区圍村沙水灣九北馬坪林頭湾港马鞍三西口高雄屯園鳳天峽南埔鎮霧峰景城塘春邨涌"
    "碇澳店香門桃仙基隆围嘉竹元朗墟斗六投里公東二子地油恒埤深窝窩坑排磡銅鑼角仔上壽管笏巿島岛"
    "门黃黄囲義彰化淡峡內壢花蓮秀茂調嶺调岭啟德堅礦床金銀鐵鉛鋅煤錳稀土鋁磷硫"
)
_LANGUAGES: Final = {
    **dict.fromkeys(("cp1250", "iso8859-2", "cp852", "mac-latin2"), _CENTRAL),
    **dict.fromkeys(("cp1254", "cp857", "mac-turkish"), _TURKISH),
    "cp1253": (_GREEK,),
    "cp1255": (_HEBREW,),
    "cp1256": (_ARABIC, *_WESTERN),
    "cp874": (_THAI,),
    "cp1257": _BALTIC,
    "cp949": (_KOREAN,),
    **dict.fromkeys(("shift-jis", "euc_jp"), (_JAPANESE,)),
    "gb18030": (_CHINESE, *_WESTERN),
    "big5": (_OF_TAIWAN,),
}
_RARE_LETTER: Final = 2e-3  # share of each other letter
_TYPOGRAPHY: Final = frozenset("«»„“”‘’–—…№°′″±·§\xa0、。（）@[\\]^_`{|}~")
_LETTERS: Final = {
    re.compile("[0-9]"): "d",
    re.compile("[A-Za-z]"): "a",
    re.compile("[А-Яа-яЁё]"): "c",
    re.compile("[Ѐ-џҐґ]"): "k",
    re.compile("[ƒŸŠšŽžªº]"): "r",
    re.compile("[À-ÖØ-öø-ɏªº]"): "l",
    re.compile("[ぁ-ヿ]"): "j",
    re.compile("[가-힣]"): "m",
    re.compile("[\u0e00-\u0e7f]"): "y",
    re.compile("[\u0600-\u06ff]"): "b",
    re.compile("[\u0590-\u05ff]"): "w",
}
# Kinds of signs: d digit, a ASCII letter, l accented Latin, r rare Latin, c Russian, k other
# Cyrillic, e Greek (in capitals where the letter is one), j kana, h Chinese of level 1 of GB 2312
# (the 3,755 usual ones), t of level 1 of Big5 or JIS X 0208, H of level 2 of GB 2312, g other
# Chinese, q a frequent sign of Chinese,
# Japanese or Korean, m other Korean, y Thai, b Arabic, w Hebrew, p typography, x all else; o stands
# for the surroundings of a word. How many signs of a
# kind share its chance:
_SIGNS: Final = {
    "a": 26, "A": 26, "c": 20, "C": 20, "e": 20, "E": 20, "k": 14, "K": 14, "r": 8, "R": 8,
    "q": 130, "m": 2200, "w": 20,
    "d": 10, "j": 80, "h": 1200, "t": 2400, "H": 3008, "g": 15_000, "p": 20, "x": 100,
}  # fmt: skip
# The chance that a kind follows another. minmap's own figures; docs/encodings.md has the results.
_ANYWHERE: Final = {
    "x": 2e-4, "g": 5e-4, "H": 0.02, "k": 3e-3, "K": 2e-3, "p": 0.02, "r": 2e-3, "R": 1e-3,
}  # fmt: skip
_EASTERN: Final = {"q": 0.5, "h": 0.4, "t": 0.1, "j": 0.2, "a": 1e-3, "A": 1e-3}
_OF_KOREA: Final = {"q": 0.6, "m": 0.25, "h": 1e-3, "t": 1e-3, "a": 1e-3, "A": 1e-3}
_FOLLOWS: Final[Mapping[str, Mapping[str, float]]] = {
    "o": {
        **_EASTERN,
        "l": 0.01,
        "L": 0.02,
        "c": 0.25,
        "C": 0.25,
        "q": 0.2,
        "h": 0.15,
        "m": 0.1,
        **dict.fromkeys("ybw", 0.25),
        "e": 0.25,
        "E": 0.25,
    },
    "d": {"a": 0.2, "A": 0.2, "h": 0.2, "t": 0.1},
    "a": {"a": 0.5, "A": 0.5, "l": 0.04, "h": 1e-3},
    "A": {"a": 0.5, "A": 0.5, "l": 0.04, "L": 0.02, "h": 1e-3},
    "l": {"a": 0.5, "A": 0.5, "l": 0.01, "h": 1e-3},
    "L": {"a": 0.5, "A": 0.5, "l": 0.01, "L": 0.01, "h": 1e-3},
    "c": {"c": 0.8, "C": 1e-3, "h": 1e-3},
    "C": {"c": 0.4, "C": 0.6, "h": 1e-3},
    "e": {"e": 0.8, "E": 1e-3},
    "E": {"e": 0.4, "E": 0.6},
    "h": _EASTERN,
    "j": {**_EASTERN, "j": 0.7},
    "q": {**_EASTERN, "m": 0.25},
    "m": _OF_KOREA,
    **{kind: {kind: 0.8} for kind in "ybw"},
}
_LIKE: Final = dict(zip("kKrRHgtpx", "cClLhhhoo", strict=True))
_OF_TWO_SCRIPTS: Final = 2e-4
_LOG_UNREADABLE: Final = -12.0
# Dashes and quotes inside a word, which the chain takes for two words; and the Greek sigma of the
# end of words.
_INSIDE: Final = re.compile(r"(?:(?<=[^\W\d_])[«»„“”‘–—…]|ς)(?=[^\W\d_])")
_LOG_INSIDE: Final = -3.0
# Words of an encoding that is not among the candidates: the chance that a byte beyond ASCII follows
# such a byte, an ASCII letter, or neither.
_NO_CANDIDATE: Final = 0.01
_MOST_UNREADABLE: Final = 0.05
_FIRST_HIGH: Final = 0x80
_LOG_HIGH: Final = {"z": log(0.7 / 128), "a": log(0.05 / 128), "o": log(0.3 / 128)}
_LOG_ASCII: Final = {"z": log(0.3 / 26), "a": log(0.5 / 26), "o": log(1e-3 / 26)}
# Signs of a word depend on each other more than a chain of pairs shows.
_TEMPER: Final = 0.6


_DOUBT: Final = "which is doubtful: it fits none of the encodings that minmap can tell"


@dataclass(frozen=True)
class Guess:
    """An encoding, and its probability among `CANDIDATES`.

    `is_doubtful` says that bytes without any order are likelier than the words of the encoding, or
    that it lacks many of their letters.
    """

    encoding: str
    probability: float
    is_doubtful: bool = False

    @property
    def text(self) -> str:
        """Words for a note, such as ``cp1251 (98 % sure)``."""
        if self.is_doubtful:
            return f"{self.encoding} ({_DOUBT})"
        # A guess is never certain.
        return f"{self.encoding} ({min(99, int(100 * self.probability))} % sure)"


def notes_on_other_letters(notes: Iterable[str]) -> list[str]:
    """Return the notes that tell of a doubtful encoding, or one of other letters than Latin ones.

    Examples
    --------
    >>> notes_on_other_letters(["It was read as cp1252 (9 % sure)", "It was read as cp1251 (9 %)"])
    ['It was read as cp1251 (9 %)']
    """
    told = ((note, re.search(r"read as (\S+) \((?:\d|which)", note)) for note in notes)
    return [
        note for note, found in told if found and (found[1] in _OTHER_LETTERS or _DOUBT in note)
    ]


def guess(texts: Iterable[bytes]) -> Guess:
    """Return the encoding in which texts read most like words.

    docs/encodings.md states how often the result is right.

    Parameters
    ----------
    texts
        Cells or lines that are not UTF-8. The first 64 kB count.

    Examples
    --------
    >>> guess(["Кара-Тау".encode("cp1251")]).encoding
    'cp1251'
    >>> guess(["Mina Peñón".encode("latin-1")]).text
    'cp1252 (90 % sure)'
    """
    words, size = set[bytes](), 0
    for text in texts:
        words.update(_WORD.findall(text))
        size += len(text)
        if size > SAMPLE_BYTES:
            break
    scores = {name: log(share) + _log_likelihood(words, name) for name, share in CANDIDATES.items()}
    best = max(scores, key=lambda name: scores[name])
    probability = 1 / sum(exp(score - scores[best]) for score in scores.values())
    is_doubtful = log(_NO_CANDIDATE) + _log_of_bytes(words) > scores[best]
    return Guess(best, probability, is_doubtful or _is_often_unreadable(words, best))


def _is_often_unreadable(words: Iterable[bytes], encoding: str) -> bool:
    """Return whether more than a few letters of words are none of an encoding."""
    text = "".join(word.decode(encoding, errors="replace") for word in words)
    foreign = sum(not sign.isascii() for sign in text)
    return text.count("\ufffd") > _MOST_UNREADABLE * foreign


def _log_of_bytes(words: Iterable[bytes]) -> float:
    """Return the likelihood of words as bytes of an unknown encoding."""
    total = 0.0
    for word in words:
        before = "o"
        for byte in word:
            if byte >= _FIRST_HIGH:
                total, before = total + _LOG_HIGH[before], "z"
            else:
                total, before = total + _LOG_ASCII[before], "a"
    return _TEMPER * total


def _log_likelihood(words: Iterable[bytes], encoding: str) -> float:
    """Return the likelihood of words, whose accented letters are those of the best language."""
    languages = _LANGUAGES.get(encoding, _WESTERN)
    alphabet, accented, total = "".join(languages), Counter[str](), 0.0
    for word in words:
        text = word.decode(encoding, errors="replace")
        before = "o"
        total += _LOG_INSIDE * len(_INSIDE.findall(text))
        for sign in text:
            kind = _kind(sign, alphabet)
            total += _log_chance(before, kind) if sign != "\ufffd" else _LOG_UNREADABLE
            if kind in "lL":
                accented[sign] += 1
            elif kind in "eEw":
                total += _log_unlike_russian(sign, encoding, alphabet)
            elif kind in "yb":
                total += _log_share(sign, alphabet)
            before = kind
    return _TEMPER * (total + max(_log_of_letters(accented, letters) for letters in languages))


def _log_of_letters(accented: Mapping[str, int], letters: str) -> float:
    return sum(count * _log_share(sign, letters) for sign, count in accented.items())


@cache
def _log_chance(before: str, after: str) -> float:
    row = _FOLLOWS[_LIKE.get(before, before)]
    chance = _ANYWHERE.get(after) or row.get(after, _OF_TWO_SCRIPTS)
    return log(chance / _SIGNS.get(after, 1))


@cache
def _log_share(sign: str, letters: str) -> float:
    """Return the logarithm of a letter's share in the accented letters, by Zipf's law."""
    position = letters.find(_lower(sign))
    if position < 0:
        return log(_RARE_LETTER)
    return -log((position + 1) * sum(1 / rank for rank in range(1, len(letters) + 1)))


@cache
def _log_unlike_russian(sign: str, encoding: str, letters: str) -> float:
    """Return how much more frequent a letter is in its language than its byte in Russian."""
    russian = sign.encode(encoding).decode("cp1251", errors="replace")
    return _log_share(sign, letters) - _log_share(russian, _RUSSIAN)


def _lower(sign: str) -> str:
    lower = sign.lower()
    return lower if len(lower) == 1 else sign  # the capital of "i" in Turkish


@cache
def _kind(sign: str, alphabet: str) -> str:
    if sign in _TYPOGRAPHY:
        return "p"
    if sign >= "\u4e00" and sign in alphabet:
        return "q"
    if "\u4e00" <= sign <= "\u9fff":
        return "h" if alphabet == _JAPANESE and _is_of_level_1(sign) else _chinese(sign)
    if _lower(sign) in alphabet and (kind := _of_language(sign)):
        return kind.upper() if sign.isupper() else kind
    for pattern, kind in _LETTERS.items():
        if pattern.fullmatch(sign):
            return kind.upper() if sign.isupper() else kind
    return "x"


def _of_language(sign: str) -> str:
    """Return the kind of a letter of the language; none if the kind is that of its script."""
    if sign < "Ͱ":
        return "l"
    return "e" if sign <= "Ͽ" else "w" if "א" <= sign <= "ת" else ""


def _is_of_level_1(sign: str) -> bool:
    """Return whether a sign is of level 1 of JIS X 0208."""
    return b"" < sign.encode("shift-jis", errors="ignore")[:1] <= b"\x98"


def _chinese(sign: str) -> str:
    """Return the kind of a Chinese sign by the levels of the national standards.

    The last lead bytes of level 1 are D7 in GB 2312-80, C6 in Big5 and 98 in Shift-JIS.
    """
    levels = {
        codec: sign.encode(codec, errors="ignore")[:1] for codec in ("gb2312", "big5", "shift-jis")
    }
    if b"" < levels["gb2312"] <= b"\xd7":
        return "h"
    if b"" < levels["big5"] <= b"\xc6" or b"" < levels["shift-jis"] <= b"\x98":
        return "t"
    return "H" if levels["gb2312"] else "g"
