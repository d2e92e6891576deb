"""Which settings can be chosen, which of them not here, and what is an address."""

import pytest

from desktop.preferences.presenter import fields, is_address
from desktop.settings import DEFAULT_SERVER, Settings
from desktop.words import Words


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
