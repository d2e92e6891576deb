"""Which words are said? The prompt file of a language fills in what the dialogue wants said, for ear and for eye."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sync.domain.commands import Target
from sync.domain.order import Place
from sync.wire.messages import Directory
from voice.detail import Flaw, detail
from voice.dialogue.wording import Choices, Digits, Number, Said, Value
from voice.errors import PromptError, VoiceError
from voice.language import Language

NOWHERE = Directory(warehouses=(), carriers=())


@dataclass(frozen=True, slots=True)
class Text:
    """One prompt with its values: ``aloud`` for the voice (digits one by one), ``shown`` for the screen."""

    aloud: str
    shown: str


@dataclass(frozen=True, slots=True)
class Template:
    say: str
    show: str


class Prompts:
    """The prompt file of one language. Raises PromptError when it cannot be read or a prompt is missing."""

    def __init__(self, language: Language, templates: dict[str, Template], file: str) -> None:
        self.language = language
        self.templates = templates
        self.file = file

    def has(self, key: str) -> bool:
        return key in self.templates

    def text(self, said: Said, directory: Directory = NOWHERE) -> Text:
        """The prompt filled in; place names come from the directory."""
        template = self._template(said.key)
        aloud = {name: self._value(value, directory, aloud=True) for name, value in said.fields}
        shown = {name: self._value(value, directory, aloud=False) for name, value in said.fields}
        return Text(self._fill(template.say, aloud, said.key), self._fill(template.show, shown, said.key))

    def error(self, error: VoiceError) -> str:
        """What is wrong and what to do, in this language."""
        fields = {"detail": error.detail} | error.fields
        if fields.get("language"):
            fields["language"] = self._template(f"language.{fields['language']}").show
        return self._fill(self._template(f"error.{error.key}").show, fields, f"error.{error.key}")

    def _template(self, key: str) -> Template:
        try:
            return self.templates[key]
        except KeyError:
            raise PromptError(self.file, key, detail(Flaw.NO_PROMPT)) from None

    def _fill(self, template: str, fields: dict[str, str], key: str) -> str:
        try:
            return template.format_map(fields)
        except (KeyError, ValueError, IndexError) as wrong:
            raise PromptError(self.file, key, detail(Flaw.NOT_FILLED, error=wrong)) from wrong

    def _value(self, value: Value, directory: Directory, *, aloud: bool) -> str:
        match value:
            case Digits(text):
                return " ".join(self._template(f"digit.{d}").say for d in text) if aloud else text
            case Choices(names):
                return self._join(self._choice(number, name) for number, name in enumerate(names, 1))
            case Target():
                return _name(value, directory, self.language)
            case Place():
                return self._place(value)
            case tuple():
                return self._join(self._word(item) for item in value)
            case _:
                return self._word(value)

    def _word(self, value: str | StrEnum | Number | None) -> str:
        match value:
            case Number(count):
                return str(count)
            case StrEnum():
                return self._template(f"{type(value).__name__.lower()}.{value.value}").say
            case _:
                return value or ""

    def _join(self, items: Any) -> str:
        return self._template("list.and").say.join(items)

    def _choice(self, number: int, name: str) -> str:
        digit = self._template(f"digit.{number}").say
        return self._template("list.choice").say.format(number=digit, name=name)

    def _place(self, place: Place) -> str:
        parts = {"zone": place.zone, "tote": place.tote, "bench": place.bench}
        return "".join(self._template(f"place.{n}").say.format_map({n: v}) for n, v in parts.items() if v)


def _name(target: Target, directory: Directory, language: Language) -> str:
    places = directory.warehouses if target.kind == "warehouse" else directory.carriers
    return next((p.names.get(language, p.id) for p in places if p.id == target.id), target.id)


def load(path: Path, language: Language, over: Mapping[str, Any] | None = None) -> Prompts:
    """The prompts of a file, with those of a site's tables instead of its own; raises PromptError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise PromptError(str(path), "", detail(Flaw.NO_TOML, error=wrong)) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        raise PromptError(str(path), "", detail(Flaw.UNREAD, error=wrong)) from wrong
    own, site = dict(_flat(tables, "", str(path))), dict(_flat(dict(over or {}), "", "[prompts]"))
    unknown = sorted(site.keys() - own.keys())
    if unknown:
        raise PromptError("[prompts]", unknown[0], detail(Flaw.NO_PROMPT))
    return Prompts(language, own | site, str(path))


def _flat(table: dict[str, Any], prefix: str, file: str) -> list[tuple[str, Template]]:
    found: list[tuple[str, Template]] = []
    for name, value in table.items():
        if isinstance(value, str):
            found.append((prefix + name, Template(value, value)))
        elif isinstance(value, dict) and value.keys() == {"say", "show"}:
            found.append((prefix + name, Template(str(value["say"]), str(value["show"]))))
        elif isinstance(value, dict) and value:
            found += _flat(value, f"{prefix}{name}.", file)
        else:
            raise PromptError(file, prefix + name, detail(Flaw.NO_TEXT))
    return found
