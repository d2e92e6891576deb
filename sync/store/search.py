"""How is an order found by a few typed letters? Words and Chinese bigrams for FTS5, made here for index and query.

``unicode61`` does not cut Chinese into words and trigram needs three characters, so runs of Chinese are indexed as
every two neighbours and searched the same way; letters and digits match from the start of a word.
"""

import re

from sync.domain.order import Order

_RUN = re.compile(r"[㐀-鿿]+|[0-9a-z]+")


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _is_chinese(run: str) -> bool:
    return run[0] >= "㐀"


def index_words(order: Order) -> str:
    """The text to index: number with its last six and four digits, waybill, customer, address, articles."""
    who = order.customer
    texts = [order.number, order.number[-6:], order.tail, order.waybill or "", who.company, who.contact]
    texts += [who.province, who.city, who.district, who.street]
    for line in order.lines:
        texts += [line.sku, line.name]
    words: list[str] = []
    for text in texts:
        for run in _RUN.findall(text.lower()):
            if _is_chinese(run):
                words += _bigrams(run)
                words.append(run[-1])
            else:
                words.append(run)
    return " ".join(words)


def match_query(text: str) -> str | None:
    """The FTS5 query for what a person typed; None when there is nothing to search for."""
    terms: list[str] = []
    for run in _RUN.findall(text.lower()):
        if not _is_chinese(run) or len(run) == 1:
            terms.append(f'"{run}"*')
        else:
            terms.append('"' + " ".join(_bigrams(run)) + '"')
    return " AND ".join(terms) or None
