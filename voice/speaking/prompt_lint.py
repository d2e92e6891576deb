"""Are the prompt files sound? Same keys and values in every language, and none says its own accept or wake word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter

from voice.detail import Detail, Flaw, detail
from voice.language import Language, join, language_of, tokenise
from voice.speaking.prompts import Prompts
from voice.understanding.meaning import Intent
from voice.understanding.phrases import Phrases
from voice.understanding.template import Word, expand

NEVER_SAID = frozenset({Intent.CONFIRM, Intent.WAKE})
_FIELD = re.compile(r"\{[^}]*\}")
SHOWN_ONLY = ("error.", "understood.")


@dataclass(frozen=True, slots=True)
class Unsound:
    """A prompt with a mistake: the file that was read, the prompt's key, and what about it."""

    file: str
    prompt: str
    why: Detail


def lint(prompts: Prompts, phrases: Phrases) -> tuple[Unsound, ...]:
    """Prompts that the microphone could take for an answer; empty when there are none."""
    forbidden = tuple(_forbidden(phrases))
    return tuple(
        Unsound(prompts.file, key, detail(Flaw.SAYS_WORD, words=join(prompts.language, words)))
        for key, template in prompts.templates.items()
        if not key.startswith(SHOWN_ONLY)
        for words in forbidden
        if _contains(tokenise(template.say), words)
    )


def compare(one: Prompts, other: Prompts) -> tuple[Unsound, ...]:
    """Keys or placeholders that only one of two languages has."""
    missing = [
        Unsound(there.file, key, detail(Flaw.NOT_IN_OTHER, other=here.file))
        for here, there in ((one, other), (other, one))
        for key in here.templates
        if not there.has(key)
    ]
    differing = [
        Unsound(other.file, key, detail(Flaw.OTHER_PLACEHOLDERS, other=one.file))
        for key, template in one.templates.items()
        if other.has(key) and _fields(template.say) != _fields(other.templates[key].say)
    ]
    return (*missing, *differing)


def untranslated(prompts: Prompts) -> tuple[Unsound, ...]:
    """Prompts with words that are in the other language's script: Chinese in English, Latin only in Chinese."""
    return tuple(
        Unsound(prompts.file, key, detail(Flaw.UNTRANSLATED, said=template.say))
        for key, template in prompts.templates.items()
        if _foreign(_FIELD.sub("", template.say), prompts.language)
    )


def _foreign(text: str, language: Language) -> bool:
    chinese = language_of(text) is Language.ZH
    return chinese if language is Language.EN else not chinese and re.search("[A-Za-z]{3}", text) is not None


def _forbidden(phrases: Phrases) -> Iterator[tuple[str, ...]]:
    for phrase in phrases.phrases:
        if phrase.intent in NEVER_SAID:
            for skeleton in expand(phrase.node):
                words = tuple(part.text for part in skeleton if isinstance(part, Word))
                if len(words) == len(skeleton):
                    yield words


def _contains(tokens: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(tokens[i : i + len(words)]) == tuple(words) for i in range(len(tokens)))


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}
