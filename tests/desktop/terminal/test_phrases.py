"""``phrases kept`` and ``phrases forget``: how much sound of what was not understood there is, and its end."""

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from desktop.terminal import phrases, texts
from desktop.terminal.exits import Exit
from desktop.terminal.site import Site
from sync.domain.commands import Heard
from sync.domain.order import UserId

LI = UserId("li")


@pytest.mark.parametrize(("language", "words"), [("en", "14 days"), ("zh", "14 天")])
def test_what_is_kept_is_told_and_deleted_at_the_prompt(
    language: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = cast("Site", SimpleNamespace(folder=tmp_path))
    said = texts.load("zh" if language == "zh" else "en")
    refused = phrases.refused_sounds(tmp_path)
    refused.want(LI, keep=True)
    refused.keep(b"\0\0", Heard(transcript="banana", language="en"), LI)
    assert phrases.run(argparse.Namespace(action="kept"), site, said) == Exit.DONE
    assert words in capsys.readouterr().out
    assert phrases.run(argparse.Namespace(action="forget"), site, said) == Exit.DONE
    assert "1" in capsys.readouterr().out
    assert not refused.wanted_by(LI)
    assert refused.kept() == ()
