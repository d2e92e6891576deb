"""What can be said? A phrase file of one language, loaded and compiled; a mistake names file, line and phrase."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from sync.domain.exceptions import Reason
from voice.detail import Detail, Flaw, detail
from voice.errors import PhraseError
from voice.language import Language, tokenise
from voice.understanding.meaning import Intent
from voice.understanding.numbers import Numerals
from voice.understanding.template import Node, TemplateError, compile_phrase

SLOTS = frozenset({"order", "reason", "warehouse", "carrier", "digits", "ordinal", "rank"})

T = TypeVar("T")


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test sentence and what it must mean. ``warehouse`` and ``carrier`` are the spoken words of the place."""

    say: str
    order: str = ""
    reason: Reason | None = None
    warehouse: str = ""
    carrier: str = ""
    digits: str = ""
    number: int | None = None


class IntentTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Intent
    phrases: tuple[str, ...]
    says: tuple[Example, ...]


class _AlsoTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    digits: dict[str, tuple[str, ...]] = {}
    repeats: dict[str, tuple[str, ...]] = {}


class _OrderTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fewest: int
    most: int


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: Language
    version: str
    order: _OrderTable
    digits: dict[str, tuple[str, ...]]
    reasons: dict[Reason, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    decoys: tuple[str, ...]
    intent: tuple[IntentTable, ...]
    repeats: dict[str, tuple[str, ...]] = {}
    ranks: dict[Literal["1", "2", "3"], tuple[str, ...]] = {}
    also: _AlsoTable = _AlsoTable()
    pronunciations: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One template as written, where it stands, and compiled."""

    intent: Intent
    text: str
    line: int
    node: Node
    file: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """A phrase file. ``places`` are example words for warehouses and carriers: test sentences use them.

    ``pronunciations`` are words to teach an embedded model: their phones.
    ``both``: the site says that both languages are spoken there.
    ``decoys`` are words of the model that mean nothing: the recogniser hears them instead of bending other sounds.
    ``digest`` is a hash of the text.
    """

    language: Language
    version: str
    file: str
    phrases: tuple[Phrase, ...]
    examples: tuple[tuple[Intent, Example, int, str], ...]
    numerals: Numerals
    fewest: int
    most: int
    reasons: Mapping[tuple[str, ...], Reason]
    ranks: Mapping[tuple[str, ...], str]
    places: Mapping[str, tuple[str, ...]]
    decoys: tuple[str, ...]
    pronunciations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    both: bool = False
    digest: str = ""


def load(path: Path) -> Phrases:
    """The phrases of a file; raises PhraseError (unreadable, not TOML, unknown name, template with a mistake)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise PhraseError(str(path), 0, "", detail(Flaw.UNREAD, error=wrong)) from wrong
    return parse_file(text, str(path))


def parse_file(text: str, file: str) -> Phrases:
    """Like load, from the text of a file."""
    read = table(text, file, _Table)
    lines = Lines(text, file)
    return Phrases(
        language=read.language,
        version=read.version,
        file=file,
        phrases=tuple(lines.compile(row.name, phrase) for row in read.intent for phrase in row.phrases),
        examples=tuple((row.name, example, lines.of(example.say), file) for row in read.intent for example in row.says),
        numerals=Numerals(
            spoken=lines.tokens(read.digits),
            also=lines.tokens(read.also.digits),
            repeats={word: int(times) for word, times in lines.tokens(_both(read.repeats, read.also.repeats)).items()},
            listened=tuple(lines.tokens(read.repeats)),
        ),
        fewest=read.order.fewest,
        most=read.order.most,
        reasons={tokenise(words): reason for reason, forms in read.reasons.items() for words in forms},
        ranks={tokenise(form): number for number, forms in read.ranks.items() for form in forms},
        places=read.places,
        decoys=read.decoys,
        pronunciations={word: tuple(phones.split()) for word, phones in read.pronunciations.items()},
        digest=digest(text),
    )


def digest(text: str) -> str:
    """Eight characters that are others when the text is another, however its line ends are written."""
    return hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()[:8]


def _both(one: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: (*one.get(key, ()), *other.get(key, ())) for key in (*one, *other)}


class Lines:
    """Finds the line on which a phrase of the file stands, and compiles it."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.splitlines()
        self._file = file

    def of(self, phrase: str) -> int:
        return next((n for n, line in enumerate(self._lines, 1) if f'"{phrase}"' in line), 0)

    def compile(self, intent: Intent, phrase: str) -> Phrase:
        try:
            node = compile_phrase(phrase, SLOTS)
        except TemplateError as wrong:
            raise PhraseError(self._file, self.of(phrase), phrase, wrong.why) from wrong
        return Phrase(intent, phrase, self.of(phrase), node, self._file)

    def tokens(self, words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """Token → what it stands for; raises PhraseError where that is no digit or the word is no single token."""
        found: dict[str, str] = {}
        for meaning, forms in words.items():
            for form in forms:
                if not re.fullmatch("[0-9]", meaning) or tokenise(form) != (form,):
                    why = detail(Flaw.NO_DIGIT_WORD, digit=meaning)
                    raise PhraseError(self._file, self.of(form), form, why)
                found[form] = meaning
        return found


def table(text: str, file: str, kind: type[T]) -> T:
    """The file as a value of ``kind``; raises PhraseError with its line."""
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as wrong:
        at = re.search(r"at line (\d+)", str(wrong))
        line = int(at[1]) if at else len(text.splitlines())
        raise PhraseError(file, line, "", detail(Flaw.NO_TOML, error=wrong)) from wrong
    except msgspec.ValidationError as wrong:
        raise PhraseError(file, _line_of_path(text, str(wrong)), "", _unfit(str(wrong), file)) from wrong


_UNFIT = (
    (Flaw.UNKNOWN_FIELD, re.compile(r"Object contains unknown field `(?P<field>[^`]+)`")),
    (Flaw.MISSING_FIELD, re.compile(r"Object missing required field `(?P<field>[^`]+)`")),
    (Flaw.UNKNOWN_VALUE, re.compile(r"Invalid enum value '?(?P<value>[^']+?)'?")),
    (Flaw.OTHER_KIND, re.compile(r"Expected `(?P<expected>\w+)(?: \| null)?`, got `(?P<found>\w+)`")),
)
"""What msgspec says of a file that is TOML but none of ours."""


def _unfit(message: str, file: str) -> Detail:
    """What msgspec found and in which table; in its own words where we do not know them."""
    said, _, place = message.partition(" - at ")
    inside = re.search(r"\$\.([^`]+)", place)
    at = inside[1] if inside else Path(file).name
    known = ((flaw, form.fullmatch(said)) for flaw, form in _UNFIT)
    found = (detail(flaw, **match.groupdict(), at=at) for flaw, match in known if match)
    return next(found, detail(Flaw.UNFIT, error=message))


def _line_of_path(text: str, message: str) -> int:
    """The line of the ``[[intent]]`` table, the table or the key that a validation message speaks of; else 0."""
    at = re.search(r"\$\.intent\[(\d+)\]", message)
    if at is None:
        return _line_of_name(text, message)
    heads = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[intent]]"]
    return heads[int(at[1])]


def _line_of_name(text: str, message: str) -> int:
    """The line that begins with what the message quotes, or with the table in which it says that is."""
    names = [*re.findall(r"[`'](\w+)[`']", message), *re.findall(r"\$\.(\w+)", message)]
    lines = [line.strip().lstrip('"[') for line in text.splitlines()]
    return next((n for name in names for n, line in enumerate(lines, 1) if line.startswith(name)), 0)
