"""Which words does the screen use? Keys in, text of one language out; the files are ``resources/translations``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import resources
from desktop.errors import TranslationBroken
from desktop.shortcuts import Keymap, keymap

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def as_language(text: str) -> Language:
    """The language named by a code such as ``zh`` or ``zh-CN``; Chinese, the staff's language, for any other."""
    return "en" if text.lower().startswith("en") else "zh"


class Translator:
    """The texts of one language. ``text`` raises TranslationBroken for a key or placeholder that is not there.

    ``{cap[release]}`` in a text is the key that releases now, in brackets; nothing where a person took the key away.
    """

    def __init__(self, language: Language, texts: Mapping[str, str], keys: Keymap | None = None) -> None:
        self.language = language
        self._texts = texts
        self._keys = keymap({}) if keys is None else keys
        self._caps = {what: self._cap(what) for what in self._keys}

    def _cap(self, what: str) -> str:
        pressed = self.key(what)
        return self._texts.get("shortcuts.cap", " ({pressed})").format(pressed=pressed) if pressed else ""

    def key(self, what: str) -> str:
        """The first key that does this; empty when none does."""
        keys = self._keys.get(what, ())
        return keys[0] if keys else ""

    def with_keys(self, keys: Keymap) -> "Translator":
        """The same texts, which name these keys."""
        return Translator(self.language, self._texts, keys)

    def text(self, key: str, /, **values: object) -> str:
        try:
            return self._texts[key].format(cap=self._caps, **values)
        except KeyError as error:
            raise TranslationBroken(f"{self.language}: no text for {error} ({key})") from error

    def count(self, key: str, n: int, /, **values: object) -> str:
        """The text for so many: ``<key>.one`` or ``<key>.other``, with ``{n}`` in it."""
        return self.text(f"{key}.{'one' if n == 1 else 'other'}", n=n, **values)

    def has(self, key: str) -> bool:
        return key in self._texts

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)

    def raw(self, key: str) -> str:
        """The text as it stands in the file."""
        return self._texts[key]


def load(language: Language, keys: Keymap | None = None) -> Translator:
    """Read the language's file; raises TranslationBroken with the file's name and what is wrong with it.

    ``keys`` are those in force; without them texts name the shipped ones.
    """
    return Translator(language, _read(resources.path("translations", f"{language}.toml"), language), keys)


@cache
def _read(path: Path, language: Language) -> Mapping[str, str]:
    """A file that comes with the program is read once."""
    name = f"translations/{language}.toml"
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TranslationBroken(f"{name}: {error}") from error
    return flatten(tree, name)


def flatten(tree: Mapping[str, Any], name: str) -> dict[str, str]:
    """Nested tables as dotted keys; anything but tables and strings is TranslationBroken."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, str):
            flat[key] = value
        elif isinstance(value, dict):
            inner = flatten(cast("Mapping[str, Any]", value), name)
            flat.update({f"{key}.{rest}": text for rest, text in inner.items()})
        else:
            raise TranslationBroken(f"{name}: {key} is neither a text nor a table")
    return flat
