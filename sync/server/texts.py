"""Which words does the central answer with? The texts of ``resources/problems``, in the caller's language."""

import tomllib
from functools import cache
from typing import Any

import msgspec

from resources import path
from sync.wire.problems import RETRYABLE, STATUS, Kind, Problem

LANGUAGES = ("en", "zh")
DEFAULT_LANGUAGE = "en"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is shown (``detail``) and what is said aloud (``speak``)."""

    detail: str
    speak: str = ""


class KindText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a kind of problem; ``about`` texts stand in for detail and speak where one fits better."""

    title: str
    detail: str
    speak: str


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All texts of one language."""

    kinds: dict[Kind, KindText]
    about: dict[str, Text]
    reassign: dict[str, str]


@cache
def texts(language: str) -> Texts:
    """The texts of ``en`` or ``zh``."""
    parsed: dict[str, Any] = tomllib.loads(path("problems", f"{language}.toml").read_text("utf-8"))
    return msgspec.convert(parsed, Texts)


def problem(kind: Kind, language: str, about: str = "", **values: str) -> Problem:
    """A problem of this kind in this language; ``about`` picks a more specific text, ``values`` fill its places."""
    words = texts(language)
    general = words.kinds[kind]
    special = words.about[about] if about else Text(detail=general.detail, speak=general.speak)
    return Problem(
        type=kind.uri,
        title=general.title,
        status=int(STATUS[kind]),
        detail=special.detail.format_map(values),
        retryable=kind in RETRYABLE,
        speak=(special.speak or general.speak).format_map(values),
    )


def language_of(accept: str | None, fallback: str = DEFAULT_LANGUAGE) -> str:
    """The language of an ``Accept-Language`` header that we speak and the caller likes best (RFC 9110, 12.5.4)."""
    wanted = sorted(
        (
            (_weight(part), -place, part.split(";")[0].strip().lower())
            for place, part in enumerate((accept or "").split(","))
        ),
        reverse=True,
    )
    for weight, _, tag in wanted:
        primary = tag.split("-")[0]
        if weight > 0 and primary in LANGUAGES:
            return primary
    return fallback if fallback in LANGUAGES else DEFAULT_LANGUAGE


def _weight(part: str) -> float:
    _, _, quality = part.partition(";")
    name, _, value = quality.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
