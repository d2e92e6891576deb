"""What a workstation remembers, and what it does with a damaged memory."""

from pathlib import Path

import pytest

from desktop.settings import Settings, SettingsFile, default_path


def test_without_a_file_there_are_the_defaults(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "desktop.json").load() == Settings()


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "deep" / "desktop.json")
    chosen = Settings(language="en", theme="dark", density="compact", text_scale=1.5, server="https://x")
    file.save(chosen)
    assert file.load() == chosen
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["desktop.json"]


@pytest.mark.parametrize("damage", [b"{", b'{"language": "fr"}', b"\xff\xfe"], ids=["cut", "unknown", "not text"])
def test_a_damaged_file_is_set_aside_and_kept(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "desktop.json"
    path.write_bytes(damage)
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert file.damaged is not None
    assert file.damaged.read_bytes() == damage


def test_the_file_lies_where_the_system_keeps_settings() -> None:
    assert default_path().name == "desktop.json"
    assert "exception-desk" in default_path().parts
