"""Who opens the window does not wait for the verbs: they are imported only when one is asked for."""

import subprocess
import sys

import pytest

from desktop.cli import plain_window


@pytest.mark.parametrize("arguments", [[], ["--server", "http://x", "--language", "en"], ["--floor"]])
def test_the_window_alone_needs_no_verbs(arguments: list[str]) -> None:
    wanted = plain_window(arguments)
    assert wanted is not None
    assert wanted.floor is ("--floor" in arguments)


@pytest.mark.parametrize("arguments", [["say", "help"], ["--help"], ["--version"], ["--language", "xx"], ["--server"]])
def test_everything_else_is_left_to_the_whole_command_line(arguments: list[str]) -> None:
    assert plain_window(arguments) is None


def test_nothing_that_the_first_page_does_not_need_is_imported_before_it() -> None:
    late = ("httpx", "numpy", "vosk", "keyring", "argon2", "sqlcipher3", "truststore", "sync.service", "voice.session")
    script = f"import sys, desktop.cli, desktop.app; print([name for name in {late!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
