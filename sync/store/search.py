"""How is an order found by a few typed letters? Words and Chinese bigrams for FTS5, made here for index and query.

``unicode61`` does not cut Chinese into words and trigram needs three characters, so runs of Chinese are indexed as
every two neighbours and searched the same way; letters and digits match from the start of a word. A customer's name is
found by the initials of its pinyin too, from any of its characters on: ``jj`` finds 苏州家居.
"""

import re
import unicodedata
from functools import lru_cache

from sync.domain.order import Order
from sync.store.pinyin import initials

_RUN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+|[0-9a-z]+")
_TAILS = range(3, 9)
"""The last so many characters of a number are found too: that is how people name an order."""


def _runs(text: str) -> list[str]:
    """Runs of Chinese and of letters and digits, in small letters; full-width forms count as the plain ones."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _is_chinese(run: str) -> bool:
    return run[0] >= "\u3400"


def index_words(order: Order) -> str:
    """The text to index: number with its tails, waybill, customer (and initials), address, articles."""
    who = order.customer
    texts = [order.number, order.waybill or "", who.company, who.contact]
    texts += [order.number[-n:] for n in _TAILS if n < len(order.number)]
    texts += [who.province, who.city, who.district, who.street]
    for line in order.lines:
        texts += [line.sku, line.name]
    words: list[str] = []
    for text in texts:
        for run in _runs(text):
            if _is_chinese(run):
                words += _bigrams(run)
                words.append(run[-1])
            else:
                words.append(run)
    for name in (who.company, who.contact, who.city):
        words += _typed_initials(name)
    return " ".join(words)


@lru_cache(maxsize=16_384)
def _typed_initials(name: str) -> tuple[str, ...]:
    """The initials of a Chinese name from each of its characters on; one letter alone finds too much."""
    letters = [initials(run) for run in _runs(name) if _is_chinese(run)]
    return tuple(dict.fromkeys(word[i:] for word in letters for i in range(len(word) - 1)))


def match_query(text: str) -> str | None:
    """The FTS5 query for what a person typed; None when there is nothing to search for."""
    terms: list[str] = []
    for run in _runs(text):
        if not _is_chinese(run) or len(run) == 1:
            terms.append(f'"{run}"*')
        else:
            terms.append('"' + " ".join(_bigrams(run)) + '"')
    return " AND ".join(terms) or None
