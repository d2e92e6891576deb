"""`exception-desk models`, from the policy's mirror to the trial: whatever the line does, one good model is in use."""

import argparse
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from desktop.policy import Source
from desktop.terminal import texts, verbs
from desktop.terminal.exits import Exit
from desktop.terminal.site import Site, own_models, site
from sync.client.download import TRIES
from sync.errors import SyncError
from tests.sync.client.bad_line import BadLine
from tests.sync.client.certificates import make_certificate
from voice import models as speech_models
from voice.errors import VoiceError
from voice.installing.catalogue import official
from voice.language import Language

pytestmark = pytest.mark.processes
ENGLISH = official(Language.EN)


def packed(model: str, name: str) -> bytes:
    """An archive as the publisher makes it: one folder in a ZIP."""
    archive, folder = io.BytesIO(), resources.path("models", model)
    with zipfile.ZipFile(archive, "w") as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            made.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return archive.getvalue()


GOOD = packed("en-embedded", ENGLISH.name)
DEAF = packed("zh-embedded", ENGLISH.name)
"""A whole model that does not understand a word of what the self-test plays to it."""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("voice.installing.installation.Event", _Hurry)


class _Hurry:
    """Waits for nothing between two tries."""

    def wait(self, _seconds: float) -> bool:
        return False


@pytest.fixture
def line() -> Iterator[BadLine]:
    with BadLine(GOOD, f"{ENGLISH.name}.zip") as server:
        yield server


def site_of(mirror: str) -> Site:
    """A workstation to which a policy says where models are fetched."""
    return site(None, None, "en", {}, {Source.MACHINE_POLICY: {"models_url": mirror}})


def install(mirror: str, body: bytes, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """Exit code and what was said."""
    sha256 = hashlib.sha256(body).hexdigest()
    options = verbs.parser(texts.load("en")).parse_args(
        ["models", "install", "en", "--sha256", sha256, "--json", *more]
    )
    code = run(options, site_of(mirror))
    told = capsys.readouterr()
    return code, told.out + told.err


def run(options: argparse.Namespace, here: Site) -> int:
    words = texts.load("en")
    try:
        return verbs._models(options, here, words)
    except (SyncError, VoiceError) as fault:
        return verbs.ended(fault, words)


def in_use() -> tuple[Path, str]:
    folder, entry = speech_models.find(Language.EN, site_of("").models)
    return folder, entry.kind


def test_it_comes_over_a_line_that_is_cut_is_tried_and_is_heard_with(
    line: BadLine, capsys: pytest.CaptureFixture[str]
) -> None:
    line.behaviour = ["busy", "cuts", "cuts"]
    code, told = install(line.home, GOOD, capsys)
    assert code == Exit.DONE, told
    assert json.loads(told) == [ENGLISH.name]
    assert in_use() == (own_models() / ENGLISH.name, "full")
    assert line.asked[1] is None
    assert str(line.asked[-1]).startswith("bytes=")
    assert not (own_models() / ".downloads" / f"{ENGLISH.name}.zip").exists()


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("wrong hash", Exit.NOT_DONE, "SHA-256"),
        ("promises more", Exit.NOT_DONE, "what has come is kept"),
        ("endless", Exit.NOT_DONE, "SHA-256"),
        ("not there", Exit.NOT_DONE, "404"),
        ("deaf", Exit.MODEL, "has no phone"),
    ],
)
def test_what_is_wrong_is_told_and_the_model_in_use_stays(
    line: BadLine, capsys: pytest.CaptureFixture[str], how: str, code: Exit, said: str
) -> None:
    before = in_use()
    line.behaviour = [how] * 2 * TRIES
    line.body = DEAF if how == "deaf" else GOOD
    if how == "not there":
        line.name = "another.zip"
    found, told = install(line.home, {"wrong hash": b"another file", "deaf": DEAF}.get(how, GOOD), capsys)
    assert found == code, told
    assert said in told
    assert in_use() == before
    left = [path.name for path in own_models().iterdir() if not path.name.startswith(".")]
    assert left == []


def test_a_companys_root_in_the_systems_store_lets_a_mirror_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path / "tls", "200101", "490101")
    with BadLine(DEAF, f"{ENGLISH.name}.zip", certificate.server()) as line:
        code, told = install(line.home, DEAF, capsys)
        assert code == Exit.UNREACHABLE
        assert line.asked == []
        assert "certificate" in told
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
        assert install(line.home, DEAF, capsys)[0] == Exit.MODEL  # it came, and was found deaf
        assert line.asked == [None]
