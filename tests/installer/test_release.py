"""What may be built, and does the same input give the same? Versions, addresses, staging, Debian's relations."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from installer import deb, models, msi_summary, windows, windows_launcher, windows_msi
from installer.checksums import digest, write
from installer.deb_depends import merged
from installer.errors import PayloadRefused, ProofFailed, WrongRequest
from installer.freeze import CENTRAL, DESK, programs_of, strip_leftovers, with_text
from installer.icons import ico, icon
from installer.proof import again
from installer.proof.debian import a_step_further
from installer.proof.wine import STAND_IN
from installer.release import ROOT, Release, check_server, check_version, moment, stage_sources
from installer.steps import do
from installer.windows_payload import prune
from sync.store import migrations
from voice import models as of_the_program
from voice.language import Language

EMBEDDED = ROOT / "resources" / "models" / "en-embedded"


def a_release(folder: Path, version: str = "7.8.9") -> Release:
    return Release(version, folder / "out", folder / "work", 1_700_000_000, fast=True)


@pytest.mark.parametrize("version", ["1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc1", "256.0.0", "1.256.0", "1.2.65536"])
def test_a_version_that_windows_or_debian_would_order_otherwise_is_refused(version: str) -> None:
    with pytest.raises(WrongRequest):
        check_version(version)


@pytest.mark.parametrize("url", ["ftp://x", "https://", 'https://x"y', "https://x y", "https://x;rm", "https://x$(id)"])
def test_an_address_that_a_script_could_stumble_over_is_refused(url: str) -> None:
    with pytest.raises(WrongRequest):
        check_server(url)


def test_good_versions_and_addresses_are_taken() -> None:
    check_version("255.255.65535")
    check_server("")
    check_server("https://orders.example.com:8443/desk")


def test_the_version_is_stamped_into_a_copy_and_the_repository_stays_as_it_is(tmp_path: Path) -> None:
    before = (ROOT / "sync" / "version.py").read_bytes()
    stage = stage_sources(a_release(tmp_path))
    assert 'VERSION = "7.8.9"' in (stage / "sync" / "version.py").read_text(encoding="utf-8")
    assert (ROOT / "sync" / "version.py").read_bytes() == before
    assert not list(stage.rglob("__pycache__"))


class TestMoment:
    def sources(self, folder: Path) -> Path:
        file = folder / "sources" / "sync" / "version.py"
        file.parent.mkdir(parents=True)
        file.write_text("")
        os.utime(file, (1_600_000_000, 1_600_000_000))
        return folder / "sources"

    def commit(self, folder: Path) -> None:
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
        when = {"GIT_COMMITTER_DATE": "1650000000 +0000"}
        do([*git, "init", "-q"], cwd=folder)
        do([*git, "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, environment=when)

    def test_it_is_the_last_commits_also_of_a_linked_work_tree(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        clone = self.sources(tmp_path)
        self.commit(clone)
        assert moment(clone) == 1_650_000_000
        do(["git", "worktree", "add", "-q", tmp_path / "linked"], cwd=clone)
        assert (tmp_path / "linked" / ".git").is_file()
        assert moment(tmp_path / "linked") == 1_650_000_000

    def test_it_is_the_sources_where_there_is_no_clone_though_another_is_around(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        self.commit(tmp_path)
        assert moment(self.sources(tmp_path)) == 1_600_000_000

    def test_who_builds_has_the_first_word(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        assert moment(tmp_path) == 1_700_000_000
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
        with pytest.raises(WrongRequest, match="SOURCE_DATE_EPOCH"):
            moment(tmp_path)


def test_debians_relations_are_sorted_and_name_each_package_once() -> None:
    scanned = "shlibs:Depends=libc6 (>= 2.36), libegl1 (>= 1.0)\n"
    assert merged(scanned, ["libportaudio2", "libegl1", "debconf (>= 0.5) | debconf-2.0"]) == (
        "debconf (>= 0.5) | debconf-2.0", "libc6 (>= 2.36)", "libegl1 (>= 1.0)", "libportaudio2",
    )  # fmt: skip


def test_a_folder_that_is_no_model_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(PayloadRefused, match=r"final\.mdl"):
        models.payload((tmp_path,))


def test_packed_models_are_found_by_the_program(tmp_path: Path) -> None:
    payload = models.payload((EMBEDDED,))
    payload.write(tmp_path)
    folder, entry = of_the_program.find(Language.EN, (tmp_path,))
    assert folder == tmp_path / "en-embedded"
    assert entry.title == payload.titles[0]


def test_the_sums_are_what_sha256sum_reads(tmp_path: Path) -> None:
    made = [tmp_path / "b.deb", tmp_path / "a.msi"]
    for path in made:
        path.write_bytes(path.name.encode())
    lines = write(tmp_path, made, None).read_text(encoding="utf-8").splitlines()
    assert lines == sorted(f"{digest(path)}  {path.name}" for path in made)


def test_what_an_earlier_build_put_there_stays_listed_unless_it_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = (tmp_path / name for name in ("a.deb", "b.deb", "c.msi"))
    for path in (first, second, third):
        path.write_bytes(path.name.encode())
    write(tmp_path, [first, second], None)
    first.write_bytes(b"changed")
    lines = write(tmp_path, [third], None).read_text(encoding="utf-8").splitlines()
    assert lines == sorted(f"{digest(path)}  {path.name}" for path in (second, third))
    assert "a.deb is not what" in capsys.readouterr().out
    second.unlink()
    assert "b.deb" not in write(tmp_path, [third], None).read_text(encoding="utf-8")


def test_an_icon_file_points_at_its_pictures() -> None:
    made = ico([(16, b"first"), (256, b"second")])
    assert made[:6] == b"\0\0\1\0\2\0"
    assert made[6] == 16
    assert made[22] == 0
    begin = int.from_bytes(made[34:38], "little")
    assert made[begin : begin + 6] == b"second"


def test_the_icon_can_be_drawn_by_qt_where_there_is_no_librsvg(tmp_path: Path) -> None:
    made = icon(a_release(tmp_path), Path(sys.executable)).read_bytes()
    assert made[:6] == b"\0\0\1\0\4\0"
    assert made.count(b"\x89PNG") == 4


def test_on_windows_no_console_opens_behind_the_window_and_it_has_a_program_that_answers(tmp_path: Path) -> None:
    assert programs_of(DESK, "linux") == [("exception-desk", True)]
    assert programs_of(DESK, "win32") == [("exception-desk", False), ("exception-desk-console", True)]
    assert programs_of(CENTRAL, "win32") == [("exception-desk-central", True)]
    assert with_text(tmp_path / "exception-desk", "win32").name == windows_launcher.CONSOLE
    assert with_text(tmp_path / "exception-desk", "linux").name == "exception-desk"


def test_a_debian_package_is_the_same_byte_for_byte_when_built_again_elsewhere(tmp_path: Path) -> None:
    built = []
    for place in ("one", "another"):
        release = a_release(tmp_path / place)
        documents = release.fresh("documents")
        built.append(deb.models(release, models.payload((EMBEDDED.with_name("zh-embedded"),)), documents))
    assert built[0].name == "exception-desk-models_7.8.9_all.deb"
    assert built[0].read_bytes() == built[1].read_bytes()


def test_no_package_has_a_conffile() -> None:
    assert not list((ROOT / "installer" / "templates" / "deb").glob("*conffiles*"))
    scripts = (ROOT / "installer" / "deb.py").read_text(encoding="utf-8")
    assert '"etc/' not in scripts


def test_setup_and_msi_are_named_for_their_stand_in_and_the_same_byte_for_byte_when_built_again_elsewhere(
    tmp_path: Path,
) -> None:
    built = []
    for place in ("one", "another"):
        release = a_release(tmp_path / place)
        release.out.mkdir(parents=True)
        stub = windows.payload_of(STAND_IN, release)
        documents = release.fresh("documents")
        made = (windows.setup_exe(release, stub, documents), windows_msi.package_msi(release, stub, documents))
        assert [path.name for path in made] == [
            f"exception-desk-7.8.9-x64-STUB{kind}" for kind in ("-setup.exe", ".msi")
        ]
        built.append([path.read_bytes() for path in made])
    assert built[0] == built[1]


def test_the_summary_of_an_msi_that_wixl_did_not_write_is_not_touched(tmp_path: Path) -> None:
    strange = tmp_path / "strange.msi"
    strange.write_bytes(b"no package code")
    with pytest.raises(PayloadRefused, match="0 package codes"):
        msi_summary.settle(strange, windows_msi.PRODUCT, 1_700_000_000)
    assert strange.read_bytes() == b"no package code"


def test_a_folder_without_an_embeddable_python_gets_no_launcher(tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    with pytest.raises(PayloadRefused, match=r"python\.exe"):
        windows_launcher.write(tmp_path, a_release(tmp_path), Path(sys.executable))
    assert not list(tmp_path.glob("*.exe"))


def test_what_the_desk_never_loads_is_not_packed_for_windows(tmp_path: Path) -> None:
    gone = ("psycopg_binary/pq.pyd", "psycopg_binary.libs/libpq.dll", "litestar/app.py", "PySide6/Qt6Quick.dll")
    kept = ("httpx/__init__.py", "PySide6/Qt6Core.dll", "sqlcipher3/_sqlite3.pyd")
    for name in (*gone, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1234")
    assert prune(tmp_path) == 4 * len(gone)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == sorted(kept)
    assert not (tmp_path / "litestar").exists()


def test_what_pip_noted_of_the_builders_own_folders_is_not_delivered(tmp_path: Path) -> None:
    packages = tmp_path / "numpy-2.0.dist-info"
    packages.mkdir()
    for name in ("RECORD", "INSTALLER", "METADATA", "LICENSE"):
        (packages / name).write_text(name)
    (tmp_path / "gone.so").symlink_to("elsewhere.so")
    strip_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["LICENSE", "METADATA", packages.name]


@pytest.mark.parametrize(("second", "signed"), [(b"one", False), (b"two", True)])
def test_a_second_build_with_the_same_bytes_is_a_proof(tmp_path: Path, second: bytes, signed: bool) -> None:
    """Of what was signed nothing can be said: a signature carries its moment."""
    made, release = first_build(tmp_path, signed)
    again.prove(release, argparse.Namespace(), [made], lambda asked: building(asked, made.name, second))


def test_a_second_build_with_other_bytes_is_named(tmp_path: Path) -> None:
    made, release = first_build(tmp_path, signed=False)
    with pytest.raises(ProofFailed, match=made.name):
        again.prove(release, argparse.Namespace(), [made], lambda asked: building(asked, made.name, b"two"))


def test_the_store_of_the_proofs_next_version_has_one_form_more() -> None:
    source = Path(migrations.__file__).read_text(encoding="utf-8")
    later: dict[str, Any] = {"__name__": "sync.store.later"}
    exec(compile(a_step_further(source), "later", "exec"), later)
    today = [name for name, _ in migrations.outbox.steps]
    assert [name for name, _ in later["outbox"].steps] == [*today, "9999_proof"]


def first_build(folder: Path, signed: bool) -> tuple[Path, Release]:
    made = folder / "setup.exe"
    made.write_bytes(b"one")
    return made, Release("1.2.3", folder, folder, 1_700_000_000, sign_command="sign {in} {out}" if signed else "")


def building(asked: argparse.Namespace, name: str, content: bytes) -> None:
    asked.out.mkdir()
    (asked.out / name).write_bytes(content)
