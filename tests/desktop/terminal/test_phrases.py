"""``phrases keep`` and ``phrases forget``: consent to keep the sound of what was not understood, and its end."""

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from desktop.terminal import phrases, texts
from desktop.terminal.exits import Exit
from desktop.terminal.site import Site
from sync.domain.commands import Heard


@pytest.mark.parametrize(("language", "words"), [("en", "14 days"), ("zh", "14 天")])
def test_consent_is_given_and_taken_back_at_the_prompt(
    language: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = cast("Site", SimpleNamespace(folder=tmp_path))
    said = texts.load("zh" if language == "zh" else "en")
    assert phrases.run(argparse.Namespace(action="keep"), site, said) == Exit.DONE
    assert words in capsys.readouterr().out
    refused = phrases.refused_sounds(tmp_path)
    assert refused.wanted
    refused.keep(b"\0\0", Heard(transcript="banana", language="en"))
    assert phrases.run(argparse.Namespace(action="forget"), site, said) == Exit.DONE
    assert "1" in capsys.readouterr().out
    assert not phrases.refused_sounds(tmp_path).wanted
    assert refused.kept() == ()
