"""How is an order found by a few typed letters? Words and Chinese bigrams for FTS5, made here for index and query.

``unicode61`` does not cut Chinese into words and trigram needs three characters, so runs of Chinese are indexed as
every two neighbours and searched the same way; letters and digits match from the start of a word.
"""

import re
import unicodedata

from sync.domain.order import Order

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
    """The text to index: number with its tails, waybill, customer, address, articles."""
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
    return " ".join(words)


def match_query(text: str) -> str | None:
    """The FTS5 query for what a person typed; None when there is nothing to search for."""
    terms: list[str] = []
    for run in _runs(text):
        if not _is_chinese(run) or len(run) == 1:
            terms.append(f'"{run}"*')
        else:
            terms.append('"' + " ".join(_bigrams(run)) + '"')
    return " AND ".join(terms) or None
