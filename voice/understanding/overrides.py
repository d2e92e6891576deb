"""What does a site say in its own words? Its ``<language>.toml`` laid over the shipped phrases; no code is touched.

both = true                                   # this site speaks both languages, in any order

[[intent]]
name = "release"
phrases = ["let go [order] {order}"]          # beside the shipped ones; with replace = true, instead of them
says = [{ say = "let go 4712", order = "4712" }]

[pronunciations]
let = "L EH T"                                # words that the embedded model lacks: phones of graph/phones.txt

[prompts]                                     # instead of the shipped texts; see voice/speaking/prompts.py
asleep = "Standing by."
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from sync.domain.exceptions import Reason
from voice.detail import Flaw, detail
from voice.errors import PhraseError
from voice.language import tokenise
from voice.understanding.phrases import IntentTable, Lines, Phrases, digest, load, table


class _SiteIntent(IntentTable, frozen=True, forbid_unknown_fields=True):
    replace: bool = False


class _Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    both: bool = False
    intent: tuple[_SiteIntent, ...] = ()
    digits: dict[str, tuple[str, ...]] = {}
    reasons: dict[Reason, tuple[str, ...]] = {}
    decoys: tuple[str, ...] = ()
    pronunciations: dict[str, str] = {}
    prompts: dict[str, Any] = {}


def load_layers(shipped: Path, site: Path | None) -> Phrases:
    """The shipped phrases with the site's file of the same name over them, if there is one; raises PhraseError."""
    base = load(shipped)
    over = site / shipped.name if site else None
    return lay_over(base, _read(over), str(over)) if over is not None and over.is_file() else base


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise PhraseError(str(path), 0, "", detail(Flaw.UNREAD, error=wrong)) from wrong


def lay_over(base: Phrases, text: str, file: str) -> Phrases:
    """``base`` with what the text of a site's file says; raises PhraseError with its file, line and phrase."""
    site, lines = table(text, file, _Site), Lines(text, file)
    instead = {row.name for row in site.intent if row.replace}
    own = tuple(lines.compile(row.name, phrase) for row in site.intent for phrase in row.phrases)
    shown = tuple((row.name, says, lines.of(says.say), file) for row in site.intent for says in row.says)
    return replace(
        base,
        version=f"{base.version}+{site.version}",
        digest=digest(base.digest + text),
        both=site.both,
        phrases=(*(phrase for phrase in base.phrases if phrase.intent not in instead), *own),
        examples=(*(example for example in base.examples if example[0] not in instead), *shown),
        numerals=replace(base.numerals, spoken={**base.numerals.spoken, **lines.tokens(site.digits)}),
        reasons={**base.reasons, **{tokenise(form): why for why, forms in site.reasons.items() for form in forms}},
        decoys=(*base.decoys, *site.decoys),
        pronunciations={**base.pronunciations, **{word: tuple(it.split()) for word, it in site.pronunciations.items()}},
    )


def site_prompts(shipped: Path, site: Path | None) -> dict[str, Any]:
    """The tables of prompts that the site's file says; empty without one."""
    over = site / shipped.name if site else None
    return dict(table(_read(over), str(over), _Site).prompts) if over is not None and over.is_file() else {}
