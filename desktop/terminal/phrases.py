"""What does ``phrases`` do? Lints a site's phrases and prompts, and tells or deletes what nobody understood."""

import argparse
from pathlib import Path

import msgspec

from desktop.terminal.exits import Exit
from desktop.terminal.site import Site
from desktop.translator import Translator
from voice.detail import Detail
from voice.equipment import wall_ms
from voice.hearing.recognition import Recognition
from voice.phrase_check import check
from voice.refused import KEPT_DAYS, Refused
from voice.understanding.lint import Finding

NAMES = {"because": "phrases.unclear", "expected": "phrases.kind", "found": "phrases.kind"}
"""Values of a detail that have a name of their own in each language, and where it stands."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake as a script sees it: ``mistake`` and ``key`` are stable, ``why`` is in the language asked for."""

    mistake: str
    file: str
    line: int
    phrase: str
    key: str
    why: str


def site_phrases(data: Path) -> Path:
    """Where a site's own phrases are: en.toml and zh.toml, laid over the shipped ones."""
    return data / "phrases"


def refused_sounds(data: Path) -> Refused:
    """Where the sound of sentences that nobody understood is kept, if people want that."""
    return Refused(data / "refused", wall_ms)


def add_arguments(to: argparse.ArgumentParser, words: Translator) -> None:
    """What stands after ``phrases``."""
    to.add_argument("action", choices=("check", "kept", "forget"), help=words.text("help.phrases_action"))
    to.add_argument("--folder", type=Path, metavar=words.text("help.folder"), help=words.text("help.phrases_folder"))
    to.add_argument("--json", action="store_true", help=words.text("help.json"))


def run(options: argparse.Namespace, site: Site, words: Translator) -> int:
    """Check and print; ``Exit.PHRASES`` when there is a mistake. Or tell or delete what was not understood.

    Raises ModelError.
    """
    if options.action != "check":
        return _sounds(refused_sounds(site.folder), words, forget=options.action == "forget")
    folder = options.folder or site_phrases(site.folder)
    recognition = Recognition()
    try:
        found = check(folder, site.models, recognition)
    finally:
        recognition.stop()
    if options.json:
        print(msgspec.json.encode([_shown(finding, words) for finding in found]).decode())
    else:
        for finding in found:
            print(_line(finding, words))
        print(words.text("phrases.found", n=len(found)) if found else words.text("phrases.sound", folder=folder))
    return Exit.PHRASES if found else Exit.DONE


def _sounds(refused: Refused, words: Translator, *, forget: bool) -> int:
    """How much is kept of what people consented to in the program's settings; or all of it and the consent gone."""
    if forget:
        print(words.text("phrases.forgotten", n=refused.forget()))
    else:
        held = refused.held(None)
        size = f"{held.bytes / 1e6:.1f}"
        print(words.text("phrases.kept", folder=refused.folder, n=held.sounds, size=size, days=KEPT_DAYS))
    return Exit.DONE


def _line(finding: Finding, words: Translator) -> str:
    """Where, what is wrong with which phrase, and what to do."""
    kind, todo = words.text(f"phrases.{finding.mistake}"), words.text(f"phrases.todo.{finding.mistake}")
    return f"{finding.file}:{finding.line}: {kind}: {about(finding.phrase, finding.why, words)} → {todo}"


def about(phrase: str, why: Detail, words: Translator) -> str:
    """What is wrong, after the phrase, word or prompt that it is about, if it is about one."""
    return f"{phrase}: {worded(why, words)}" if phrase else worded(why, words)


def worded(why: Detail, words: Translator) -> str:
    """What exactly is wrong, in the language of ``words``."""
    values = {name: _named(name, value, words) for name, value in why.values}
    return words.text(f"phrases.why.{why.flaw}", **values)


def _named(name: str, value: str, words: Translator) -> str:
    key = f"{NAMES[name]}.{value}" if name in NAMES else ""
    return words.text(key) if words.has(key) else value


def _shown(finding: Finding, words: Translator) -> Shown:
    return Shown(
        mistake=finding.mistake.value,
        file=finding.file,
        line=finding.line,
        phrase=finding.phrase,
        key=finding.why.flaw.value,
        why=worded(finding.why, words),
    )
