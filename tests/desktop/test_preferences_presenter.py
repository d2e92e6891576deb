"""Which settings can be chosen, which of them not here, and what is an address."""

import pytest

from desktop.preferences.presenter import fields, is_address, sounds_kept
from desktop.settings import DEFAULT_SERVER, Settings
from desktop.words import Words
from voice.refused import Held


def test_the_value_in_force_is_the_chosen_one(en: Words) -> None:
    shown = fields(Settings(theme="dark", text_scale=1.5), (), en)
    chosen = {field.name: [o.label for o in field.options if o.chosen] for field in shown}
    assert chosen == {
        "language": ["中文"],
        "theme": ["Dark"],
        "density": ["Comfortable"],
        "text_scale": ["150%"],
        "floor": ["Workbench"],
    }


def test_what_a_policy_decides_is_shown_as_locked(en: Words) -> None:
    assert [field.name for field in fields(Settings(), {"theme", "server"}, en) if field.locked] == ["theme"]


@pytest.mark.parametrize("text", [DEFAULT_SERVER, "https://orders.example.cn", " http://10.0.0.7:8642/v1 "])
def test_an_address_names_a_server(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["", "orders.example.cn", "ftp://x", "https://", "http://x:99999", "http://[1"])
def test_what_is_no_address_is_not_kept(text: str) -> None:
    assert not is_address(text)


def test_the_servers_own_port_is_the_default() -> None:
    assert DEFAULT_SERVER == "http://127.0.0.1:8642"


def test_what_is_kept_of_a_persons_voice_is_told_before_it_is_agreed_to(en: Words) -> None:
    shown = sounds_kept(Held(allowed=True, wanted=False), en)
    assert shown.told.splitlines()[0].endswith("for 14 days: so that recognition can be improved.")
    assert shown.told.splitlines()[1] == "Nothing is kept now."
    some = sounds_kept(Held(allowed=True, wanted=True, sounds=2, bytes=250_000), en)
    assert some.told.endswith("Kept now: 2 sentences, 0.2 MB.")
    assert "IT department" in sounds_kept(Held(allowed=False, wanted=False), en).told
