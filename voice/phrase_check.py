"""Can a site work with its phrases? Everything that is wrong with them and the prompts, with file, line and phrase."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import resources
from voice.detail import Flaw, detail
from voice.dialogue.state import INTENTS
from voice.errors import PhraseError, PromptError, PronunciationWrong, VoiceError
from voice.hearing.graph import lexicon
from voice.hearing.recognition import Hearing, Recognition
from voice.language import Language
from voice.models import find
from voice.speaking import prompt_lint, prompts
from voice.speaking.prompt_lint import Unsound
from voice.speaking.prompts import Prompts
from voice.understanding.lint import Finding, Mistake, lint, lint_sounds
from voice.understanding.meaning import Intent
from voice.understanding.overrides import load_layers, site_prompts
from voice.understanding.phrases import Phrases


def check(site_phrases: Path | None, site_models: tuple[Path, ...], recognition: Recognition) -> tuple[Finding, ...]:
    """The mistakes of both languages, those of a file in the order of its lines; raises ModelError."""
    found = (_placed(finding, site_phrases) for finding in _check(site_phrases, site_models, recognition))
    return tuple(sorted(found, key=lambda finding: (finding.file, finding.line)))


def _placed(finding: Finding, site_phrases: Path | None) -> Finding:
    """A word or form has no line of its own yet: that of the site's file where it stands there, else of the shipped."""
    if finding.line or not finding.phrase:
        return finding
    shipped = Path(finding.file)
    over = (site_phrases / shipped.name,) if site_phrases else ()
    for path in (*over, shipped):
        line = _line_with(path, finding.phrase)
        if line:
            return replace(finding, file=str(path), line=line)
    return finding


def _line_with(path: Path, word: str) -> int:
    """Where a word is quoted, or is a key; 0 when it is not in this file."""
    if not path.is_file():
        return 0
    said = re.compile(rf'^\s*"?{re.escape(word)}"?\s*=|"{re.escape(word)}"')
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if said.search(line)), 0)


def _check(site_phrases: Path | None, site_models: tuple[Path, ...], recognition: Recognition) -> Iterator[Finding]:
    spoken: list[Prompts] = []
    for language in Language:
        shipped = resources.path("phrases", f"{language}.toml")
        try:
            phrases = load_layers(shipped, site_phrases)
            said = prompts.load(
                resources.path("prompts", f"{language}.toml"), language, site_prompts(shipped, site_phrases)
            )
        except PhraseError as wrong:
            yield Finding(Mistake.UNREADABLE, wrong.file, wrong.line, wrong.phrase, wrong.why)
        except PromptError as wrong:
            yield _of_prompt(Unsound(wrong.file, wrong.prompt, wrong.why), site_phrases, language)
        else:
            spoken.append(said)
            yield from _heard(phrases, site_models, recognition)
            yield from (_of_prompt(it, site_phrases, language) for it in prompt_lint.lint(said, phrases))
            yield from (_of_prompt(it, site_phrases, language) for it in prompt_lint.untranslated(said))
    if len(spoken) == len(Language):
        for it in prompt_lint.compare(*spoken):
            yield _of_prompt(it, site_phrases, Language.ZH)


def _heard(phrases: Phrases, site_models: tuple[Path, ...], recognition: Recognition) -> Iterator[Finding]:
    """What the model of the language can and cannot tell apart."""
    hearing = Hearing(recognition, phrases.language, site_models, phrases.pronunciations)
    try:
        hearing.can_hear(())
    except PronunciationWrong as wrong:
        yield Finding(Mistake.MISSING_WORD, phrases.file, 0, wrong.fields["word"], wrong.why)
        return
    except VoiceError as wrong:
        yield Finding(Mistake.MISSING_WORD, phrases.file, 0, "", detail(Flaw.MODEL_FAILED, error=wrong))
        return
    yield from lint(phrases, lambda text: hearing.can_hear((text,))[0])
    folder, _ = find(phrases.language, site_models)
    yield from lint_sounds(phrases, lexicon(folder) | {w: (p,) for w, p in phrases.pronunciations.items()}, _together)


def _together(one: Intent, other: Intent) -> bool:
    return any({one, other} <= intents for intents in INTENTS.values())


def _of_prompt(it: Unsound, site_phrases: Path | None, language: Language) -> Finding:
    """A mistake in a prompt: in the shipped file, or in the site's [prompts]."""
    over = site_phrases / f"{language}.toml" if site_phrases else None
    for path in (over, Path(it.file)):
        line = _line(path, it.prompt) if path is not None and it.prompt else 0
        if line:
            return Finding(Mistake.PROMPT, str(path), line, it.prompt, it.why)
    return Finding(Mistake.PROMPT, str(over or it.file), 0, it.prompt, it.why)


def _line(path: Path, key: str) -> int:
    """Where the last part of a prompt's key is set; 0 when it is not in this file."""
    if not path.is_file():
        return 0
    name = key.rpartition(".")[2]
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.split("=")[0].strip() in (name, key)), 0)
