"""Which languages are spoken here, and how does a sentence of each become tokens?"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

UNKNOWN = "[unk]"
"""What the recogniser writes for sound that is none of its words."""

_PIECE = re.compile(r"\[unk\]|\d|[a-z']+|[^\W\da-z_]|[^\w\s]|_")
_SILENT = frozenset(',.?!;:#-，。？！；：、·“”"…')


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


def tokenise(text: str) -> tuple[str, ...]:
    """The tokens of a heard or typed sentence: English words, single Chinese characters, single digits.

    Case, spaces and sentence punctuation do not count; anything else stays, so that it can fail to match.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return tuple(piece for piece in _PIECE.findall(plain) if piece not in _SILENT)


def join(language: Language, words: Iterable[str]) -> str:
    """Words as people write them: with spaces in English, without in Chinese."""
    return (" " if language is Language.EN else "").join(words)


def language_of(text: str) -> Language:
    """The language of a typed line: Chinese as soon as there is a Chinese character."""
    return Language.ZH if any("\u4e00" <= letter <= "\u9fff" for letter in text) else Language.EN
