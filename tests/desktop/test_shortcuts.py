"""Keys: shipped ones, a person's own, and no key that does two things."""

from desktop.shortcuts import KEYS, changeable, keymap, taken_by, with_keys


def test_no_shipped_key_does_two_things() -> None:
    keys = [text for group in KEYS.values() for key in group for text in key.keys]
    assert len(keys) == len(set(keys))


def test_own_keys_stand_in_place_of_the_shipped_ones() -> None:
    keys = keymap({"intercept": ("X",), "gone": ("Y",)})
    assert keys["intercept"] == ("X",)
    assert keys["reassign"] == ("T",)
    assert "gone" not in keys


def test_fixed_keys_stay() -> None:
    assert keymap({"mark": ("X",)})["mark"] == ()
    assert "mark" not in changeable()


def test_a_foot_pedal_talks_by_whatever_key_it_sends() -> None:
    assert keymap({"talk": ("F13",)})["talk"] == ("F13",)


def test_a_key_that_is_taken_is_named_whatever_its_case() -> None:
    assert taken_by(keymap({}), "i", "release") == "intercept"
    assert taken_by(keymap({}), "I", "intercept") is None
    assert taken_by(keymap({}), "Ctrl+Alt+X", "intercept") is None


def test_the_shipped_keys_are_not_kept_as_own() -> None:
    own = with_keys({}, "intercept", ("X",))
    assert own == {"intercept": ("X",)}
    assert with_keys(own, "intercept", ("I",)) == {}
    assert with_keys(own, "release", ()) == {"intercept": ("X",), "release": ()}
