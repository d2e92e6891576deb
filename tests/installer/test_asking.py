"""What cannot be built is refused before anything is, in words that say what to do."""

from pathlib import Path

import pytest

from installer import asking, windows
from installer.checksums import digest
from installer.command_line import main
from installer.errors import PayloadRefused, StepFailed
from installer.proof.wine import STAND_IN
from installer.release import ROOT, Release
from installer.steps import do

EMBEDDED = str(ROOT / "resources" / "models" / "en-embedded")
NOTHING = "0" * 64
SCRIPT = "sh -c 'exit 0' {in} {out}"


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code and message of a command line that asks for nothing to be tried."""
    where = ["--version", "1.2.3", "--out", str(folder / "out"), "--work", str(folder / "work"), "--verify", "none"]
    code = main([words[0], *where, *words[1:]])
    told = capsys.readouterr()
    assert "==" not in told.out, "something was built before it was refused"
    assert not list((folder / "out").glob("*"))
    return code, told.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["deb", "--version", "1.2"], 2, "X.Y.Z"),
        (["deb", "--version", "1.2.99999"], 2, "65535"),
        (["deb", "--server-url", "ftp://orders"], 2, "https://"),
        (["models", "--model", "nowhere"], 2, "no such folder"),
        (["models", "--model", EMBEDDED, "--model", EMBEDDED], 2, "give each once"),
        (["models", "--model", str(ROOT / "docs")], 1, "final.mdl is missing"),
        (["msi", "--stub-payload", "--bundle-models", "--model", str(ROOT / "docs")], 1, "final.mdl is missing"),
        (["all"], 2, "--stub-payload"),
        (["nsis"], 2, "--python-embed-sha256"),
        (["msi", "--stub-payload", "--payload", "."], 2, "exclude each other"),
        (["nsis", "--payload", "nowhere"], 1, "no exception-desk.exe"),
        (["nsis", "--python-embed", "python.zip"], 2, "64 digits"),
        (["nsis", "--python-embed", "nowhere.zip", "--python-embed-sha256", NOTHING], 1, "no such file"),
        (["nsis", "--python-embed", str(ROOT / "LICENSE"), "--python-embed-sha256", NOTHING], 1, "fetch it again"),
        (["nsis", "--stub-payload", "--sign-cmd", "sign 'x {in} {out}"], 2, "quotation"),
        (["nsis", "--stub-payload", "--sign-cmd", "sh {in}"], 2, "{out}"),
        (["nsis", "--stub-payload", "--sign-cmd", "no-such-signer {in} {out}"], 2, "no-such-signer"),
        (["deb", "--out", str(ROOT / "LICENSE")], 2, "Name another folder"),
        (["deb", "--out", "/proc/nowhere"], 2, "Name another folder"),
        (["deb", "--work", "/proc/nowhere"], 2, "--work"),
    ],
    ids=lambda given: " ".join(given).replace(str(ROOT), "")[:60] if isinstance(given, list) else None,
)
def test_it_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    found, message = refused(tmp_path, capsys, *words)
    assert (found, message.startswith("build_installer.py: ")) == (code, True)
    assert told in message


def test_an_archive_that_is_no_zip_is_no_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "python.zip"
    archive.write_bytes(b"a page that asks for a password")
    words = ("nsis", "--python-embed", str(archive), "--python-embed-sha256", digest(archive).upper())
    assert "embeddable" in refused(tmp_path, capsys, *words)[1]


def test_a_tool_that_is_not_there_is_named_with_its_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, message = refused(tmp_path, capsys, "msi", "--stub-payload")
    assert code == 1
    assert "apt-get install wixl" in message


@pytest.mark.parametrize(
    ("verbs", "verify", "needed", "not_needed"),
    [
        (("models",), "none", {"dpkg-deb"}, {"lintian", "strip", "wine"}),
        (("deb",), "quick", {"lintian", "appstreamcli", "dpkg-shlibdeps"}, {"debootstrap", "wine"}),
        (("nsis",), "quick", {"makensis"}, {"lintian", "wine"}),
        (("msi",), "full", {"wine", "osslsigncode", "objdump"}, {"debootstrap"}),
        (asking.verbs_of("all"), "full", {"wine", "debootstrap", "lintian", "strip", "wixl"}, set()),
    ],
)
def test_only_what_will_be_needed_is_asked_for(
    verbs: tuple[str, ...], verify: str, needed: set[str], not_needed: set[str]
) -> None:
    named = {program for program, _ in asking.tools(verbs, verify)}
    assert needed <= named
    assert not named & not_needed


def test_a_full_disk_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_release: Release) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("installer.command_line.stage_sources", full)
    code, message = refused(tmp_path, capsys, "models")
    assert code == 1
    assert "No space left" in message
    assert "What to do" in message


class TestSigning:
    def made(self, folder: Path, command: str) -> Path:
        """A stand-in for an installer, brought among the results."""
        release = Release("1.2.3", folder / "out", folder / "work", 1_700_000_000, sign_command=command)
        release.out.mkdir()
        draft = windows.draft(release, windows.WindowsPayload(folder, stub=True), ".msi")
        draft.parent.mkdir(parents=True)
        draft.write_bytes(b"installer")
        return windows.deliver(release, draft)

    def test_what_was_signed_is_delivered(self, tmp_path: Path) -> None:
        signer = tmp_path / "my signer"
        signer.write_text('cat "$1" "$1" > "$2"')
        made = self.made(tmp_path, f"sh '{signer}' {{in}} {{out}}")
        assert (made.name, made.read_bytes()) == ("exception-desk-1.2.3-x64-STUB.msi", b"installerinstaller")

    @pytest.mark.parametrize(
        ("command", "error"),
        [(SCRIPT, PayloadRefused), ("sh -c 'exit 3' {in} {out}", StepFailed), ("cp {in} {out}", PayloadRefused)],
    )
    def test_nothing_unsigned_ever_stands_among_the_results(
        self, tmp_path: Path, command: str, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            self.made(tmp_path, command)
        assert list((tmp_path / "out").iterdir()) == []

    def test_what_an_earlier_build_left_under_this_name_is_gone(self, tmp_path: Path) -> None:
        release = Release("1.2.3", tmp_path, tmp_path / "work", 1_700_000_000, sign_command=SCRIPT)
        (tmp_path / "exception-desk-1.2.3-x64.msi").write_bytes(b"unsigned, of an earlier build")
        windows.draft(release, windows.WindowsPayload(tmp_path, stub=False), ".msi")
        assert not list(tmp_path.glob("*.msi"))

    def test_the_uninstaller_is_signed_by_a_command_with_blanks_and_paths_of_ours(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "my signer").write_text('[ "$1" = "a key" ] && cat "$2" "$2" > "${3#to=}"')
        work = tmp_path / "a folder"
        command = "sh 'my signer' 'a key' {in} to={out}"
        release = Release("1.2.3", tmp_path / "out", work, 1_700_000_000, sign_command=command, fast=True)
        release.out.mkdir()
        documents = release.fresh("documents")
        made = windows.setup_exe(release, windows.payload_of(STAND_IN, release), documents)
        assert made.stat().st_size > 2 * 80_000
        made.write_bytes(b"what makensis runs over the uninstaller")
        do(["sh", work / "windows" / "sign-uninstaller.sh", made], cwd=Path("/"))
        assert made.read_bytes().count(b"uninstaller") == 2
