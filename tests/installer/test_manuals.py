"""Manual pages and completions name every command and option that the programs have, and no command beside those."""

import argparse
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from desktop.terminal import texts, verbs
from installer.release import ROOT
from sync.server import cli as central

LINUX = ROOT / "installer" / "templates" / "linux"
DESK = verbs.parser(texts.load("en"))
CENTRAL = central.parser()


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    return next(dict(each.choices) for each in parser._actions if isinstance(each, argparse._SubParsersAction))


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The long options and the words to choose among, of a parser and of its commands."""
    for action in parser._actions:
        yield from (name for name in action.option_strings if name.startswith("--"))
        if action.choices is not None and not isinstance(action, argparse._SubParsersAction):
            yield from map(str, action.choices)
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from options(each)


@pytest.mark.parametrize(
    "page", ["exception-desk.1", "exception-desk.zh_CN.1", "exception-desk.bash", "_exception-desk"]
)
def test_whatever_the_desk_understands_is_told(page: str) -> None:
    text = (LINUX / page).read_text(encoding="utf-8").replace("\\-", "-")
    wanted = {*commands(DESK), *options(DESK)}
    assert len(wanted) > 25
    assert sorted(word for word in wanted if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)) == []


@pytest.mark.parametrize("page", ["exception-desk-central.8", "exception-desk-central.zh_CN.8"])
def test_whatever_the_central_is_told_to_do_is_in_its_manual(page: str) -> None:
    text = (LINUX / page).read_text(encoding="utf-8").replace("\\-", "-")
    listed = re.search(r"\{([\w |]+)\}", text)
    assert listed
    assert {word.strip() for word in listed[1].split("|")} == set(commands(CENTRAL))
    assert [name for name in commands(CENTRAL) if not re.search(rf'\.BR? "?{name}\b', text)] == []


def completed(*words: str) -> set[str]:
    """What bash offers after these words, of which the last is begun."""
    line = " ".join(f"'{word}'" for word in ("exception-desk", *words))
    script = (
        f'. "$1"; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _exception_desk; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    asked = [shutil.which("bash") or "bash", "-c", script, "bash", str(LINUX / "exception-desk.bash")]
    return set(subprocess.run(asked, capture_output=True, text=True, check=True, cwd=LINUX).stdout.split())


def test_bash_completes_what_is_begun() -> None:
    assert completed("ph") == {"phrases"}
    assert completed("models", "in") == {"install"}
    assert completed("--language", "") == {"en", "zh"}
    assert {"--floor", "--selftest", "diagnostics"} <= completed("")
    assert "exception-desk.desktop" in completed("hear", "exception-desk.d")
