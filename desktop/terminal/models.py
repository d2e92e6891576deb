"""What does ``models`` do? Lists, installs and removes speech models, for this person or for the whole machine."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from desktop.terminal.exits import Exit
from desktop.terminal.selftest import PartFailed, hear
from desktop.terminal.site import Site, machine_models, own_models
from desktop.translator import LANGUAGES, Translator
from voice import models as speech_models
from voice.errors import ModelError, VoiceError
from voice.installing.catalogue import official
from voice.installing.installation import Models, Source
from voice.language import Language

_STEP = 5


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One model as a script sees it."""

    language: str
    name: str
    title: str
    kind: str
    folder: str


def add_arguments(to: argparse.ArgumentParser, words: Translator) -> None:
    """What stands after ``models``."""
    to.add_argument("action", choices=("list", "install", "remove"), help=words.text("help.models_action"))
    to.add_argument("languages", nargs="*", metavar="en|zh", help=words.text("help.models_languages"))
    to.add_argument("--from", dest="source", type=Path, metavar=words.text("help.file"), help=words.text("help.from"))
    to.add_argument("--sha256", default="", metavar="HASH", help=words.text("help.sha256"))
    to.add_argument("--machine", action="store_true", help=words.text("help.machine"))
    to.add_argument("--json", action="store_true", help=words.text("help.json"))


def run(options: argparse.Namespace, site: Site, words: Translator) -> int:
    """Do it; raises ModelError and SyncError."""
    languages = [Language(name) for name in options.languages if name in LANGUAGES]
    single = options.action == "install" and (options.source or options.sha256)
    wrong = len(languages) != len(options.languages) or (options.action != "list" and not languages)
    if wrong or (single and len(languages) != 1):
        print(words.text("models.usage"), file=sys.stderr)
        return Exit.USAGE
    home = machine_models() if options.machine else own_models()
    progress = _progress(words) if sys.stderr.isatty() and not options.json else lambda _here, _all: None
    kept = Models(home, _trial, tell=progress, proxy=site.proxy)
    if options.action == "list":
        return _list(site, words, as_json=options.json)
    changed = []
    for language in languages:
        changed += _change(kept, language, options, site)
    if options.json:
        print(msgspec.json.encode(changed).decode())
    else:
        for name in changed:
            print(words.text(f"models.done_{options.action}", name=name, folder=home))
    return Exit.DONE if changed else Exit.NOT_DONE


def _change(kept: Models, language: Language, options: argparse.Namespace, site: Site) -> list[str]:
    if options.action == "remove":
        return list(kept.remove(language))
    source = Source(path=options.source, mirror=site.models_url, sha256=options.sha256)
    return [kept.install(official(language), source).name]


def _trial(language: Language, folder: Path) -> None:
    """The recorded command must be heard with it, through the whole pipeline; raises ModelError and PartFailed."""
    with tempfile.TemporaryDirectory(prefix="exception-desk-trial-", ignore_cleanup_errors=True) as name:
        try:
            hear(language, Path(name), (folder,))
        except ModelError:
            raise
        except VoiceError as unfit:
            raise PartFailed(unfit.detail) from unfit


def _progress(words: Translator) -> Callable[[int, int], None]:
    told = [-_STEP]

    def tell(here: int, total: int) -> None:
        percent = 100 * here // total if total else 0
        if percent >= told[0] + _STEP or here == total:
            told[0] = percent
            print(words.text("models.progress", mb=here // 1_000_000, percent=percent), file=sys.stderr, flush=True)

    return tell


def _list(site: Site, words: Translator, *, as_json: bool) -> int:
    shown = []
    for language in Language:
        folder, entry = speech_models.find(language, site.models)
        known = {"language": language.value, "name": entry.name, "title": entry.title, "kind": entry.kind}
        shown.append(Shown(**known, folder=str(folder.parent)))
    if as_json:
        print(msgspec.json.encode(shown).decode())
    else:
        for each in shown:
            print(words.text("models.shown", **msgspec.structs.asdict(each)))
    return Exit.DONE
