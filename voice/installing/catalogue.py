"""Which official models can be fetched, from where, and what must they be? ``resources/models/manifest.toml``."""

import tomllib
from urllib.parse import urlsplit

import msgspec

import resources
from voice.errors import ModelMissing
from voice.language import Language


class Official(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of the publisher. ``size`` in bytes, ``sha256`` hexadecimal; 0 and empty until they are pinned."""

    name: str
    title: str
    language: Language
    licence: str
    url: str
    size: int = 0
    sha256: str = ""

    def at(self, mirror: str) -> str:
        """Its address, below a mirror's if there is one."""
        return f"{mirror.rstrip('/')}/{urlsplit(self.url).path.rpartition('/')[2]}" if mirror else self.url


class _Catalogue(msgspec.Struct, frozen=True):
    official: tuple[Official, ...]


def official(language: Language) -> Official:
    """The model to install for a language; raises ModelMissing when none is named."""
    text = resources.path("models", "manifest.toml").read_text(encoding="utf-8")
    for entry in msgspec.convert(tomllib.loads(text), _Catalogue).official:
        if entry.language is language:
            return entry
    raise ModelMissing(f"no official model for {language}", language=language, folder=resources.path("models"))
