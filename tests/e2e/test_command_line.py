"""Does the command line do what it says, with the exit codes that scripts rely on? Each run is a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import resources
from desktop.demo.central import DemoCentral
from desktop.terminal.exits import Exit
from sync.client.api import CentralApi
from sync.domain.order import CommandKey
from sync.wire.messages import BadgeGrant, Result
from sync.workstation import Workstation
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]


class Prompt:
    """A prompt of a workstation with its own store and home."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder = folder
        self.server = server

    def run(self, *arguments: str, pin: str = "2468", **environment: str) -> subprocess.CompletedProcess[str]:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "EXCEPTION_DESK_"))}
        variables = {
            "HOME": str(home),
            "EXCEPTION_DESK_SERVER": self.server,
            "EXCEPTION_DESK_DATA": str(self.folder / "工作站"),
            "EXCEPTION_DESK_LANGUAGE": "en",
            "EXCEPTION_DESK_PIN": pin,
            "EXCEPTION_DESK_KEYRING": "0",
            "PYTHONUTF8": "1",
            "QT_QPA_PLATFORM": "offscreen",
        }
        return subprocess.run(
            [sys.executable, "-m", "desktop.cli", *arguments],
            cwd=ROOT,
            env=kept | variables | environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=4 * PATIENCE_S,
            check=False,
        )


@pytest.fixture
def prompt(tmp_path: Path, central: str) -> Prompt:
    return Prompt(tmp_path, central)


@pytest.fixture
def lonely(tmp_path: Path) -> Prompt:
    """A workstation whose central is not there."""
    return Prompt(tmp_path, "http://127.0.0.1:9")


def said(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def result_of(server: str, key: str) -> Result:
    """What the central itself says of a command, to another session."""
    api = CentralApi(server, language=lambda: "en")
    try:
        token = api.session(BadgeGrant(badge="2001", pin="2468", device="witness")).access_token
        return api.result(token, CommandKey(key))
    finally:
        api.close()


def test_a_typed_command_reaches_the_central_and_its_outcome_comes_back(prompt: Prompt) -> None:
    run = prompt.run("say", "--badge", "2001", "--json", "intercept order 4712 wrong address", "confirm")
    assert run.returncode == Exit.DONE, run.stderr
    answer = said(run)
    assert (answer["status"], answer["outcome"]) == ("applied", "stopped")
    result = result_of(prompt.server, answer["key"])
    assert result.order is not None
    assert [hold.reason.value for hold in result.order.holds] == ["bad_address"]


def test_a_command_without_its_confirmation_does_nothing(prompt: Prompt) -> None:
    run = prompt.run("say", "--badge", "2001", "--json", "intercept order 4712 wrong address")
    assert run.returncode == Exit.NOT_DONE
    assert said(run)["key"] == ""


def test_words_that_mean_nothing_are_said_to_mean_nothing(prompt: Prompt) -> None:
    run = prompt.run("say", "--badge", "2001", "please paint the order blue")
    assert run.returncode == Exit.NOT_DONE
    assert "unclear" in run.stdout


@pytest.mark.parametrize(
    ("language", "recording", "outcome"),
    [("en", "intercept_en.ogg", "stopped"), ("zh", "intercept_zh.ogg", "requested")],
)
def test_a_recording_is_heard_confirmed_and_applied(
    prompt: Prompt, language: str, recording: str, outcome: str
) -> None:
    file = str(resources.path("recordings", recording))
    run = prompt.run("hear", "--badge", "2001", "--json", file, EXCEPTION_DESK_LANGUAGE=language)
    assert run.returncode == Exit.DONE, run.stderr
    assert said(run)["outcome"] == outcome


def test_a_command_given_while_the_central_is_away_is_kept_and_sent_once_it_is_back(tmp_path: Path) -> None:
    with DemoCentral(tmp_path, orders=40, pace=1000) as central:
        prompt = Prompt(tmp_path, central.url)
        assert prompt.run("say", "--badge", "2001", "help").returncode == Exit.DONE
        central.kill()
        away = prompt.run("say", "--badge", "2001", "--json", "--wait", "1", "hold order 8365 out of stock", "confirm")
        assert away.returncode == Exit.QUEUED, away.stdout + away.stderr
        central.start()
        assert prompt.run("say", "--badge", "2001", "help").returncode == Exit.DONE
        assert result_of(central.url, said(away)["key"]).outcome == "requested"


def test_a_wrong_pin_is_refused_in_words(prompt: Prompt) -> None:
    run = prompt.run("say", "--badge", "2001", "help", pin="0000")
    assert run.returncode == Exit.SIGN_IN
    assert "Sign-in refused" in run.stderr


def test_no_badge_says_what_to_give(prompt: Prompt) -> None:
    run = prompt.run("say", "help")
    assert run.returncode == Exit.SIGN_IN
    assert "--badge" in run.stderr


def test_an_absent_central_is_named_in_the_language_asked_for(lonely: Prompt) -> None:
    run = lonely.run("say", "--badge", "2001", "帮助", EXCEPTION_DESK_LANGUAGE="zh")
    assert run.returncode == Exit.UNREACHABLE
    assert "中央没有应答" in run.stderr


def test_a_file_that_is_no_recording_is_refused(prompt: Prompt) -> None:
    file = prompt.folder / "note.wav"
    file.write_text("this is no sound")
    run = prompt.run("hear", "--badge", "2001", str(file))
    assert run.returncode == Exit.SOUND
    assert "note.wav" in run.stderr


def test_a_broken_site_model_is_refused_before_it_can_crash(prompt: Prompt) -> None:
    models = prompt.folder / "models"
    (models / "en-broken").mkdir(parents=True)
    (models / "manifest.toml").write_text(
        '[[model]]\nname = "en-broken"\ntitle = "broken"\nlanguage = "en"\nkind = "full"\nlicence = "none"\n'
    )
    file = str(resources.path("recordings", "intercept_en.ogg"))
    run = prompt.run("hear", "--badge", "2001", file, EXCEPTION_DESK_MODELS=str(models))
    assert run.returncode == Exit.MODEL
    assert "en-broken" in run.stderr


def test_a_second_program_on_the_same_store_is_turned_away(prompt: Prompt) -> None:
    with Workstation(prompt.folder / "工作站", lambda: 0, use_keyring=False):
        run = prompt.run("say", "--badge", "2001", "help")
    assert run.returncode == Exit.STORE
    assert "already running" in run.stderr


def test_the_doctor_finds_a_healthy_workstation(prompt: Prompt) -> None:
    run = prompt.run("doctor", "--json")
    found = {finding["check"]: finding for finding in json.loads(run.stdout)}
    assert run.returncode == Exit.DONE, run.stdout
    assert found["server"]["state"] == found["clock"]["state"] == found["store"]["state"] == "ok"
    assert {"certificate", "model", "microphone", "speech"} <= set(found)


def test_the_doctor_names_what_is_wrong_and_what_to_do(lonely: Prompt) -> None:
    run = lonely.run("doctor", EXCEPTION_DESK_LANGUAGE="zh")
    assert run.returncode == Exit.NOT_DONE
    assert "[失败] 服务器" in run.stdout
    assert "怎么办" in run.stdout


def test_help_speaks_both_languages(lonely: Prompt) -> None:
    english, chinese = lonely.run("--help"), lonely.run("--help", EXCEPTION_DESK_LANGUAGE="zh")
    assert english.returncode == chinese.returncode == 0
    assert "commands" in english.stdout
    assert "退出码" in chinese.stdout
