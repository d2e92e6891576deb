"""Who decides a setting: policies over person over machine; what is locked stays; what makes no sense is not obeyed."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.policy import MACHINE_KEY, NAMES, POLICY_KEY, Kept, PolicyUnreadable, Source, layers, resolve
from desktop.settings import Settings
from desktop.terminal.doctor import _setting, as_json
from desktop.terminal.site import site
from desktop.terminal.texts import load

ORDER = list(Source)


class FakeRegistry:
    """What ``winreg`` would give."""

    def __init__(self, **keys: dict[str, Any]) -> None:
        self._keys = keys

    def values(self, hive: str, key: str) -> dict[str, Any]:
        return self._keys.get(f"{hive}_{'policy' if key == POLICY_KEY else 'machine'}", {})


@pytest.mark.parametrize("strongest", range(len(ORDER) - 1))
def test_the_stronger_layer_wins(strongest: int) -> None:
    said = {source: {"server": f"https://{source}"} for source in ORDER[strongest:-1]}
    value = resolve(said).values["server"]
    assert (value.value, value.source) == (f"https://{ORDER[strongest]}", ORDER[strongest])
    assert value.locked is (ORDER[strongest] in {Source.MACHINE_POLICY, Source.USER_POLICY})


def test_without_anybodys_word_there_are_the_defaults() -> None:
    found = resolve({})
    assert found.settings() == Settings()
    assert found.locked == frozenset()


SENSIBLE: dict[str, tuple[Any, str]] = {
    "language": ("en", "en"), "theme": ("dark", "dark"), "density": ("compact", "compact"), "text_scale": (1.5, "1.5"),
    "server": ("https://policy", "https://policy"), "floor": (True, "1"), "microphone": ("USB", "USB"),
    "shortcuts": ({"intercept": ["F5"]}, '{"intercept": ["F5"]}'), "quiet_from": ("22:00", "22:00"),
    "quiet_to": ("06:00", "06:00"), "refused_sounds": (False, "0"), "greeted": (True, "1"), "data": ("/d", "/d"),
    "models": ("/m", "/m"), "models_url": ("https://mirror", "https://mirror"), "keyring": (False, "0"),
    "proxy": ("http://u:secret@proxy:1", "http://u:secret@proxy:1"),
}  # fmt: skip
"""For each setting a value that is not its default: as JSON knows it, and as the registry does."""


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_can_be_set_and_locked_by_a_policy_on_either_system(name: str, tmp_path: Path) -> None:
    told, as_text = SENSIBLE[name]
    (tmp_path / "policy.json").write_text(json.dumps({name: told}))
    registry = FakeRegistry(HKLM_policy={name.title().replace("_", ""): as_text})
    for found in (
        resolve(layers(platform="linux", etc=tmp_path, login="chen")),
        resolve(layers(platform="win32", registry=registry)),
    ):
        value = found.values[name]
        assert (value.value, value.source, value.ignored) == (_exact(told), Source.MACHINE_POLICY, ())
        assert found.locked == {name}
        assert value.value != resolve({}).values[name].value
        shown = as_json(_setting(value), load("en"))
        assert (shown["name"], shown["source"]) == (name, "machine-policy")
        assert "secret" not in shown["value"]


def _exact(told: Any) -> Any:
    return {key: tuple(keys) for key, keys in told.items()} if isinstance(told, dict) else told


def test_a_value_that_makes_no_sense_is_reported_and_the_next_one_counts() -> None:
    said = {Source.MACHINE_POLICY: {"theme": "pink", "keyring": "perhaps"}, Source.USER: {"theme": "dark"}}
    found = resolve(said)
    assert (found.values["theme"].value, found.values["theme"].source) == ("dark", Source.USER)
    assert "pink" in found.values["theme"].ignored[0]
    assert found.values["keyring"].value is True
    assert found.values["keyring"].ignored


def test_the_registry_says_the_same_as_the_files(tmp_path: Path) -> None:
    registry = FakeRegistry(
        HKLM_policy={"Server": "https://policy", "Keyring": 0},
        HKCU_policy={"text_scale": "1.5"},
        HKLM_machine={"Language": "en", "InstalledBy": "msi"},
    )
    windows = resolve(layers(platform="win32", registry=registry))
    (tmp_path / "policy-users").mkdir()
    (tmp_path / "policy.json").write_text('{"server": "https://policy", "keyring": false}')
    (tmp_path / "policy-users" / "chen.json").write_text('{"text_scale": 1.5}')
    (tmp_path / "config.json").write_text('{"language": "en"}')
    linux = resolve(layers(platform="linux", etc=tmp_path, login="chen"))
    assert windows.values == linux.values
    assert linux.locked == {"server", "keyring", "text_scale"}
    assert MACHINE_KEY != POLICY_KEY


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_a_policy_that_cannot_be_read_stops_the_program(tmp_path: Path, text: str) -> None:
    (tmp_path / "policy.json").write_text(text)
    with pytest.raises(PolicyUnreadable, match=r"policy\.json"):
        layers(platform="linux", etc=tmp_path, login="chen")


def test_a_login_cannot_climb_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "evil.json").write_text('{"server": "https://evil"}')
    assert layers(platform="linux", etc=tmp_path, login="../evil")[Source.USER_POLICY] == {}


def test_only_what_a_person_changed_is_kept_so_that_a_new_default_still_arrives(tmp_path: Path) -> None:
    file = tmp_path / "desktop.json"
    kept = Kept(file, {Source.MACHINE: {"server": "https://old"}})
    shown = kept.load()
    kept.save(Settings(server=shown.server, theme="dark"))
    assert json.loads(file.read_text()) == {"theme": "dark"}
    later = Kept(file, {Source.MACHINE: {"server": "https://new"}}).load()
    assert (later.server, later.theme) == ("https://new", "dark")


def test_a_locked_setting_cannot_be_changed_by_the_person(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "desktop.json", {Source.MACHINE_POLICY: {"language": "zh"}})
    kept.load()
    kept.save(Settings(language="en", theme="dark"))
    assert kept.locked == {"language"}
    assert kept.load() == Settings(language="zh", theme="dark")


def test_a_run_tells_where_each_setting_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    below = {Source.MACHINE_POLICY: {"language": "zh"}, Source.MACHINE: {"models_url": "https://mirror"}}
    said = {"SERVER": "https://environment", "KEYRING": "0", "PROXY": "direct"}
    environment = {f"EXCEPTION_DESK_{name}": value for name, value in said.items()}
    found = site(None, tmp_path, "en", environment, below)
    sources = {value.name: value.source for value in found.decided}
    assert (found.language, sources["language"]) == ("zh", Source.MACHINE_POLICY)
    assert (found.server, sources["server"]) == ("https://environment", Source.ENVIRONMENT)
    assert (found.folder, sources["data"]) == (tmp_path, Source.COMMAND_LINE)
    assert (found.use_keyring, found.models_url, found.proxy) == (False, "https://mirror", "direct")
