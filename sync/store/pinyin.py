"""By which letters is a Chinese name typed? The initials of its pinyin: 苏州家居 → ``szjj``."""

import os
from functools import lru_cache
from unicodedata import normalize

_READ_OTHERWISE = {
    "重庆": "cq", "长沙": "cs", "长春": "cc", "长治": "cz", "长安": "ca", "长宁": "cn", "长兴": "cx", "长乐": "cl",
    "长江": "cj", "长城": "cc", "厦门": "xm", "乐清": "yq", "音乐": "yy", "银行": "yh", "商行": "sh", "车行": "ch",
    "行业": "hy", "六安": "la", "台州": "tz", "亳州": "bz", "蚌埠": "bb", "单县": "sx", "会计": "kj",
}  # fmt: skip
"""Words of names in which a character is not read as it mostly is. Phrase dictionaries know more, for 45 MB."""


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """The readings of every character, the usual one first; 13 MB, at the first index."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # else the import reads 45 MB of phrases
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  a tenth of a second that no start should pay

    return pinyin_dict


@lru_cache(maxsize=16_384)
def initials(run: str) -> str:
    """The initials of a run of Chinese; a character without a reading has none."""
    letters: list[str] = []
    place = 0
    while place < len(run):
        pair = _READ_OTHERWISE.get(run[place : place + 2])
        letters.append(pair or _initial(run[place]))
        place += 2 if pair else 1
    return "".join(letters)


def _initial(character: str) -> str:
    reading = _readings().get(ord(character), "")
    return normalize("NFD", reading)[:1].lower()
