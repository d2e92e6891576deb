"""The phrase files that the program ships, with the fakes' directory."""

from functools import cache

import resources
from tests.voice.fakes import DIRECTORY
from voice.language import Language
from voice.understanding.parser import Parser, places_of
from voice.understanding.phrases import Phrases, load


@cache
def phrases(language: Language) -> Phrases:
    return load(resources.path("phrases", f"{language}.toml"))


@cache
def parser(language: Language) -> Parser:
    return Parser(phrases(language), places_of(DIRECTORY, language))


@cache
def words_of_model(language: Language) -> frozenset[str]:
    text = resources.path("models", f"{language}-embedded", "graph", "words.txt").read_text(encoding="utf-8")
    taught = phrases(language).pronunciations
    return frozenset((*(line.split()[0] for line in text.splitlines()), *taught)) - {"<eps>", "[unk]"}


def can_hear(language: Language, text: str) -> bool:
    """Whether the words of the embedded model, with those that it is taught, can write the text."""
    words = words_of_model(language)
    if language is Language.EN:
        return all(word in words for word in text.split())
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {end for end in range(start + 1, len(text) + 1) if text[start:end] in words}
    return len(text) in reached
