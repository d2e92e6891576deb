"""A site's models: verified, tried, switched to; and when anything is wrong, all is as before."""

import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

import resources
from sync.errors import ProxyRefused
from voice import models
from voice.errors import ModelBroken, ModelMissing, ModelUnpinned
from voice.installing.catalogue import Official, official
from voice.installing.installation import Models, Source
from voice.installing.unpacking import unpack
from voice.language import Language

EMBEDDED = resources.path("models", "en-embedded")
ENGLISH = Official(
    name="vosk-model-small-en-us-0.15", title="English", language=Language.EN, licence="Apache-2.0",
    url="https://models.example/vosk/models/vosk-model-small-en-us-0.15.zip",
)  # fmt: skip


class Trial:
    """Hears nothing; remembers where it was asked to, and refuses when told."""

    def __init__(self, refuse_at: int = -1) -> None:
        self.tried: list[Path] = []
        self._refuse_at = refuse_at

    def __call__(self, language: Language, site: Path) -> None:
        found, _ = models.find(language, (site,))
        assert found.parent == site
        self.tried.append(site)
        if len(self.tried) == self._refuse_at:
            raise ModelBroken("deaf", model="x", why="deaf")


def zipped(folder: Path, to: Path) -> Path:
    return Path(shutil.make_archive(str(to.with_suffix("")), "zip", folder.parent, folder.name))


def test_a_folder_is_taken_tried_aside_and_then_in_place(tmp_path: Path) -> None:
    trial = Trial()
    home = tmp_path / "models"
    entry = Models(home, trial).install(ENGLISH, Source(path=EMBEDDED))
    assert models.find(Language.EN, (home,)) == (home / ENGLISH.name, entry)
    assert trial.tried[0] != home
    assert trial.tried[1] == home
    assert entry.files["am/final.mdl"] == (EMBEDDED / "am/final.mdl").stat().st_size
    assert sorted(path.name for path in home.iterdir()) == [".lock", "manifest.toml", ENGLISH.name]


def test_a_zip_is_taken_when_its_hash_fits(tmp_path: Path) -> None:
    archive = zipped(EMBEDDED, tmp_path / "model.zip")
    good = hashlib.sha256(archive.read_bytes()).hexdigest()
    home = tmp_path / "models"
    with pytest.raises(ModelBroken, match="SHA-256"):
        Models(home, Trial()).install(ENGLISH, Source(path=archive, sha256="0" * 64))
    assert Models(home, Trial()).installed() == ()
    assert Models(home, Trial()).install(ENGLISH, Source(path=archive, sha256=good.upper())).name == ENGLISH.name


@pytest.mark.parametrize("refuse_at", [1, 2], ids=["tried aside", "tried in place"])
def test_a_model_that_fails_its_trial_changes_nothing(tmp_path: Path, refuse_at: int) -> None:
    home = tmp_path / "models"
    before = Models(home, Trial()).install(ENGLISH, Source(path=EMBEDDED))
    marker = home / ENGLISH.name / "marker"
    marker.write_text("the old one")
    with pytest.raises(ModelBroken, match="deaf"):
        Models(home, Trial(refuse_at)).install(ENGLISH, Source(path=EMBEDDED))
    assert marker.read_text() == "the old one"
    assert Models(home, Trial()).installed() == (before,)
    assert not any(path.name.startswith((".incoming", ".old")) for path in home.iterdir())


def test_a_cut_model_is_refused_before_it_is_tried(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(EMBEDDED, tmp_path / "broken"))
    (broken / "am/final.mdl").write_bytes((EMBEDDED / "am/final.mdl").read_bytes()[:-1000])
    trial = Trial()
    with pytest.raises(ModelBroken):
        Models(tmp_path / "models", trial).install(ENGLISH, Source(path=broken))
    assert trial.tried == []


def test_removing_a_language_leaves_the_other_and_the_starter_serves_again(tmp_path: Path) -> None:
    home = tmp_path / "models"
    kept = Models(home, Trial())
    kept.install(ENGLISH, Source(path=EMBEDDED))
    kept.install(official(Language.ZH), Source(path=resources.path("models", "zh-embedded")))
    assert kept.remove(Language.EN) == (ENGLISH.name,)
    assert [entry.language for entry in kept.installed()] == [Language.ZH]
    assert models.find(Language.EN, (home,))[1].kind == "embedded"
    assert kept.remove(Language.EN) == ()


def test_nothing_is_fetched_whose_hash_nobody_has_pinned(tmp_path: Path) -> None:
    with pytest.raises(ModelUnpinned):
        Models(tmp_path / "models", Trial()).install(ENGLISH, Source())


@pytest.mark.parametrize("language", list(Language))
def test_the_official_models_are_pinned(language: Language) -> None:
    entry = official(language)
    assert re.fullmatch(r"[0-9a-f]{64}", entry.sha256)
    assert 30_000_000 < entry.size < 60_000_000
    assert entry.url.startswith("https://")
    assert entry.url.endswith(f"/{entry.name}.zip")


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Models(tmp_path / "models", Trial()).install(ENGLISH, Source(path=tmp_path / "nowhere.zip"))


def test_two_installations_at_once_are_refused(tmp_path: Path) -> None:
    home = tmp_path / "models"
    home.mkdir()
    with FileLock(str(home / ".lock")), pytest.raises(Timeout):
        Models(home, Trial()).install(ENGLISH, Source(path=EMBEDDED))


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "C:out"])
def test_an_archive_that_writes_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(name, "x")
    with pytest.raises(ModelBroken, match="out"):
        unpack(archive, tmp_path / "into")


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("model/am")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as packed:
        packed.writestr(link, "/etc")
    with pytest.raises(ModelBroken):
        unpack(tmp_path / "model.zip", tmp_path / "into")


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.zip").write_bytes(b"<html>please sign in to the hotel's network</html>")
    with pytest.raises(ModelBroken):
        unpack(tmp_path / "page.zip", tmp_path / "into")


@pytest.mark.parametrize("language", list(Language))
def test_a_mirror_keeps_the_publishers_file_names(language: Language) -> None:
    entry = official(language)
    assert entry.at("") == entry.url
    assert entry.at("https://mirror.example/vosk/") == f"https://mirror.example/vosk/{entry.name}.zip"


def test_a_model_is_fetched_through_the_settings_proxy(tmp_path: Path) -> None:
    kept = Models(tmp_path / "models", Trial(), proxy="ftp://no-proxy")
    with pytest.raises(ProxyRefused, match="no-proxy"):
        kept.install(ENGLISH, Source(mirror="http://127.0.0.1:1", sha256="0" * 64))
