"""What can be done from a prompt? ``say``, ``hear``, ``doctor`` and the other verbs, each with ``--help``."""

import argparse
import functools
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from desktop.policy import PolicyUnreadable
from desktop.terminal import diagnostics, doctor, models, opened, phrases, selftest, spoken, texts
from desktop.terminal.at_work import desk_at_work
from desktop.terminal.exits import Exit
from desktop.terminal.selftest import PartFailed
from desktop.terminal.site import Site, site
from desktop.translator import LANGUAGES, Translator
from sync.errors import CentralUnreachable, NotSignedIn, SignInRefused, StoreError, SyncError
from sync.version import VERSION
from voice.errors import ModelError, PhraseError, PromptError, PronunciationWrong, SoundError, VoiceError
from voice.language import Language
from voice.view import Step

_EXITS: tuple[tuple[type[Exception], Exit], ...] = (
    (SignInRefused, Exit.SIGN_IN),
    (NotSignedIn, Exit.SIGN_IN),
    (CentralUnreachable, Exit.UNREACHABLE),
    (StoreError, Exit.STORE),
    (SoundError, Exit.SOUND),
    (ModelError, Exit.MODEL),
    (PhraseError, Exit.PHRASES),
)


def parser(words: Translator) -> argparse.ArgumentParser:
    """The whole command line, explained in the language of ``words``."""
    top = Explained(
        words, prog="exception-desk", description=words.text("help.about"), epilog=words.text("help.epilog")
    )
    top.add_argument(
        "--version", action="version", version=f"exception-desk {VERSION}", help=words.text("help.version")
    )
    top.add_argument("--selftest", action="store_true", help=words.text("help.selftest"))
    top.add_argument("--floor", action="store_true", help=words.text("help.floor"))
    _common(top, words)
    verbs = top.add_subparsers(  # type: ignore[call-overload]  # any callable will do as a parser class
        dest="verb",
        metavar=words.text("help.command"),
        title=words.text("help.commands"),
        parser_class=functools.partial(Explained, words),
    )
    say = verbs.add_parser("say", help=words.text("help.say"))
    say.add_argument("lines", nargs="+", metavar=words.text("help.text"), help=words.text("help.lines"))
    _spoken(say, words)
    hear = verbs.add_parser("hear", help=words.text("help.hear"))
    hear.add_argument("files", nargs="+", metavar=words.text("help.file"), type=Path, help=words.text("help.files"))
    _spoken(hear, words)
    check = verbs.add_parser("doctor", help=words.text("help.doctor"))
    check.add_argument("--json", action="store_true", help=words.text("help.json"))
    speech = verbs.add_parser("models", help=words.text("help.models"))
    models.add_arguments(speech, words)
    said = verbs.add_parser("phrases", help=words.text("help.phrases"))
    phrases.add_arguments(said, words)
    support = verbs.add_parser("diagnostics", help=words.text("help.diagnostics"))
    support.add_argument(
        "--out", type=Path, required=True, metavar=words.text("help.file"), help=words.text("help.out")
    )
    for verb in (say, hear, check, speech, said, support):
        _common(verb, words, again=True)
    return top


class Explained(argparse.ArgumentParser):
    """A parser whose own words are translated too."""

    def __init__(self, words: Translator, **given: Any) -> None:
        super().__init__(**given, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter)
        self._words = words
        self._positionals.title, self._optionals.title = words.text("help.arguments"), words.text("help.options")
        self.add_argument("-h", "--help", action="help", help=words.text("help.help"))

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", self._words.text("help.usage"), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", self._words.text("help.usage"), 1)


def _common(to: argparse.ArgumentParser, words: Translator, *, again: bool = False) -> None:
    default = argparse.SUPPRESS if again else None
    to.add_argument("--server", metavar="URL", default=default, help=words.text("help.server"))
    to.add_argument(
        "--data", metavar=words.text("help.folder"), type=Path, default=default, help=words.text("help.data")
    )
    to.add_argument("--language", choices=LANGUAGES, default=default, help=words.text("help.language"))


def _spoken(to: argparse.ArgumentParser, words: Translator) -> None:
    to.add_argument("--badge", metavar=words.text("help.number"), help=words.text("help.badge"))
    to.add_argument(
        "--wait", type=float, default=10.0, metavar=words.text("help.seconds"), help=words.text("help.wait")
    )
    to.add_argument("--json", action="store_true", help=words.text("help.json"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; returns an ``Exit``."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--language", choices=LANGUAGES)
    language = first.parse_known_args(arguments)[0].language
    try:
        words = texts.load(site(None, None, language).language)
    except PolicyUnreadable as wrong:
        print(texts.load("en").text("error.policy_unreadable", detail=wrong), file=sys.stderr)
        return Exit.USAGE
    options = parser(words).parse_args(arguments)
    here = site(options.server, options.data, options.language)
    verbs: dict[str | None, Callable[[argparse.Namespace, Site, Translator], int]] = {
        None: _window,
        "say": _say,
        "hear": _hear,
        "doctor": _doctor,
        "models": _models,
        "phrases": phrases.run,
        "diagnostics": _diagnostics,
    }
    try:
        if options.selftest:
            return _selftest(here)
        return verbs[options.verb](options, here, words)
    except (SyncError, VoiceError) as fault:
        return ended(fault, words)
    except KeyboardInterrupt:
        return 130


def ended(fault: SyncError | VoiceError, words: Translator) -> int:
    """Say what kept it from being done; the ``Exit`` for it."""
    print(_plain(fault, words), file=sys.stderr)
    return next((code for kind, code in _EXITS if isinstance(fault, kind)), Exit.NOT_DONE)


def _plain(fault: SyncError | VoiceError, words: Translator) -> str:
    key = f"error.{fault.key}"
    match fault:
        case PhraseError(file=file, line=line, phrase=phrase, why=why):
            where = f"{file}:{line}" if line else file
            return words.text(key, where=where, about=phrases.about(phrase, why, words))
        case PromptError(file=file, prompt=prompt, why=why):
            return words.text(key, where=file, about=phrases.about(prompt, why, words))
        case PronunciationWrong(why=why):
            return words.text(key, about=phrases.about(fault.fields["word"], why, words))
    return words.text(key, detail=fault.detail) if words.has(key) else fault.detail


def _window(options: argparse.Namespace, here: Site, _words: Translator) -> int:
    return opened.window(here, options.language, floor=options.floor)


def _selftest(here: Site) -> int:
    return selftest.run(here.models, sys.stdout.write)


def _say(options: argparse.Namespace, here: Site, words: Translator) -> int:
    return _converse(options, here, words, spoken.lines(options.lines, options.wait))


def _hear(options: argparse.Namespace, here: Site, words: Translator) -> int:
    return _converse(options, here, words, spoken.recordings(options.files, options.wait))


def _converse(options: argparse.Namespace, here: Site, words: Translator, turns: spoken.Turns) -> int:
    def tell(step: Step) -> None:
        if not options.json:
            print(spoken.printed(step, words), flush=True)

    def loading(count: int) -> None:
        if count and sys.stderr.isatty():
            print(words.text("spoken.loading", n=count), end="\r", file=sys.stderr, flush=True)

    def ask() -> str:
        return getpass.getpass(words.text("spoken.pin")) if sys.stdin.isatty() else ""

    with desk_at_work(here, options.badge, ask, loading) as desk:
        said = spoken.converse(
            desk, Language(here.language), here.models, turns, tell, phrases.site_phrases(here.folder)
        )
    if options.json:
        print(msgspec.json.encode(said).decode())
    elif said.exit == Exit.QUEUED:
        print(words.text("spoken.queued", key=said.key))
    return said.exit


def _doctor(options: argparse.Namespace, here: Site, words: Translator) -> int:
    if not options.json:
        print(words.text("doctor.title", server=here.server))

    def tell(finding: doctor.Finding) -> None:
        if not options.json:
            print(doctor.printed(finding, words), flush=True)

    found = doctor.examine(here, _voices, tell)
    failed = sum(f.state == "failed" for f in found)
    if options.json:
        print(msgspec.json.encode([doctor.as_json(f, words) for f in found]).decode())
    else:
        print(words.text("doctor.summary_failed", n=failed) if failed else words.text("doctor.summary_ok"))
    return Exit.NOT_DONE if failed else Exit.DONE


def _models(options: argparse.Namespace, here: Site, words: Translator) -> int:
    try:
        return models.run(options, here, words)
    except PartFailed as deaf:
        print(words.text("error.trial_failed", detail=deaf), file=sys.stderr)
        return Exit.MODEL
    except OSError as refused:
        print(words.text("error.not_writable", detail=refused), file=sys.stderr)
        return Exit.NOT_DONE


def _diagnostics(options: argparse.Namespace, here: Site, words: Translator) -> int:
    try:
        print(words.text("diagnostics.written", file=diagnostics.write(options.out, here, _voices)))
    except OSError as refused:
        print(refused, file=sys.stderr)
        return Exit.NOT_DONE
    return Exit.DONE


def _voices() -> dict[str, int]:
    from desktop.speech import voices  # noqa: PLC0415  Qt, for the last check only

    return voices()
