"""What travels with the program, and what Group Policy offers: complete, valid, in both languages."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from desktop import policy
from installer import contents, documents, policies
from installer.carried import CARRIED
from installer.contents import Environment
from installer.errors import PayloadRefused
from installer.proof.pilot import SERVER
from installer.release import ROOT, TEMPLATES, Release, check_server

KNOWN = Environment(
    owners={"yaml": ["PyYAML"], "certifi": ["certifi"], "psycopg": ["psycopg"], "strange": ["strange"]},
    standard=frozenset({"json"}),
    texts={"PyYAML": {"LICENSE": "yaml's text"}, "vosk": {}},
    bills={"cryptography": [{"name": "asn1", "version": "0.24", "licenses": [{"expression": "MIT"}], "purl": "p"},
                            {"name": "Cryptography", "version": "50"}], "strange": [{"name": "x"}]},
    inside={"python": "3.11", "sqlite": "3.53.4"},
)  # fmt: skip


def the_bill(folder: Path) -> dict[str, object]:
    return documents.bill(Release("1.2.3", folder, folder, 1_700_000_000), KNOWN)


def test_the_bill_of_materials_names_every_locked_package_with_its_licence(tmp_path: Path) -> None:
    components = the_bill(tmp_path)["components"]
    assert isinstance(components, list)
    named = {component["name"]: component for component in components}
    assert set(documents.locked()) <= set(named)
    unknown = [name for name, each in named.items() if "unknown" in str(each["licenses"])]
    assert unknown == []
    assert {work.name for work in CARRIED} <= set(named)
    assert named["SQLite (in sqlcipher3)"]["purl"] == "pkg:generic/sqlite@3.53.4"
    assert named["Kaldi (in vosk)"]["version"] == "as in the wheel"
    references = [component["bom-ref"] for component in components]
    assert len(references) == len(set(references))


def test_what_a_wheel_says_of_its_inside_is_in_the_bill(tmp_path: Path) -> None:
    components = the_bill(tmp_path)["components"]
    assert isinstance(components, list)
    told = [each for each in components if each.get("description")]
    assert told == [
        {"type": "library", "bom-ref": "cryptography:asn1@0.24", "name": "asn1", "version": "0.24", "purl": "p",
         "description": "carried in cryptography", "licenses": [{"expression": "MIT"}]},
    ]  # fmt: skip


def test_the_notices_name_everything_that_wheels_carry() -> None:
    page = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
    assert [work.name for work in CARRIED if f"| {work.name} | {work.licence} |" not in page] == []


def test_every_package_has_its_licence_text(tmp_path: Path) -> None:
    text = documents.licence_texts(KNOWN.texts)
    assert "--- LICENSE\nyaml's text" in text
    assert f"vosk {documents.locked()['vosk']}\n\nIts wheel holds no text: see Apache-2.0.txt" in text
    with pytest.raises(PayloadRefused, match="certifi holds no licence text"):
        documents.licence_texts({"certifi": {}})
    release = Release("1.2.3", tmp_path, tmp_path, 1_700_000_000)
    written = {path.name for path in documents.write(release, KNOWN).iterdir()}
    named = {f"{name}.txt" for name in [*documents.LICENCE_TEXTS, *documents.WITHOUT_A_TEXT.values()]}
    assert named | {documents.TEXTS_OF_ALL, documents.bill_name(release), "RELINKING.md", "NOTICE"} <= written


@pytest.mark.parametrize(
    ("modules", "libraries", "found"),
    [
        ({"json", "desktop", "yaml", "_pyi_rth_utils"}, ["yaml/_yaml.cpython-311-x86_64-linux-gnu.so"], []),
        ({"strange"}, [], ["the module strange of strange"]),
        ({"nowhere"}, [], ["the module nowhere of nobody"]),
        (set(), ["strange/fast.abi3.so"], ["the library strange/fast.abi3.so"]),
        (set(), ["libpython3.11.so.1.0", "PySide6/Qt/plugins/tls/libq.so", "psycopg_binary.libs/libpq-1.so.5"], []),
        (set(), ["psycopg_binary.libs/libnew-1.so"], ["the library psycopg_binary.libs/libnew-1.so"]),
    ],
)
def test_what_is_frozen_without_a_line_in_the_notices_is_named(
    modules: set[str], libraries: list[str], found: list[str]
) -> None:
    assert contents.strangers(modules, libraries, KNOWN, ["pyyaml", "certifi"]) == found


def test_a_frozen_folder_is_read_as_pyinstaller_writes_it(tmp_path: Path) -> None:
    table = tmp_path / "PYZ-00.toc"
    table.write_text("('PYZ.pyz', [('yaml.nodes', '/x', 'PYMODULE'), ('data', '/y', 'DATA')])", encoding="utf-8")
    (tmp_path / "lib.so.1").write_bytes(b"")
    (tmp_path / "link.so").symlink_to("lib.so.1")
    assert contents.frozen_modules(table) == {"yaml"}
    assert contents.frozen_libraries(tmp_path) == ["lib.so.1"]
    with pytest.raises(PayloadRefused, match=r"installer/carried\.py.*\n.*lib\.so\.1"):
        contents.check(tmp_path, table, KNOWN, ["pyyaml"])


def test_the_bill_is_the_same_when_made_again(tmp_path: Path) -> None:
    assert the_bill(tmp_path) == the_bill(tmp_path)


def test_every_setting_can_be_locked_by_group_policy_and_no_other() -> None:
    assert {each.name for each in policies.POLICIES} == set(policy.NAMES)
    assert policy.POLICY_KEY == policies.KEY


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_policy_templates_are_xml_and_every_text_they_name_exists(language: str) -> None:
    definitions, words = ET.fromstring(policies.admx()), ET.fromstring(policies.adml(language))
    space = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"
    strings = {each.get("id") for each in words.iter(f"{space}string")}
    shown = {each.get("id") for each in words.iter(f"{space}presentation")}
    for each in definitions.iter(f"{space}policy"):
        assert each.get("displayName", "").removeprefix("$(string.").rstrip(")") in strings
        assert each.get("explainText", "").removeprefix("$(string.").rstrip(")") in strings
        assert each.get("presentation", "").removeprefix("$(presentation.").rstrip(")") in shown


@pytest.mark.parametrize("page", ["admin-guide.md", "admin-guide.zh-CN.md"])
def test_the_guide_names_every_setting_and_what_was_never_run(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [name for name in policy.NAMES if f"`{name}`" not in text] == []
    for word in ("1618", "1638", "/SERVER=", "policy.json", "ADMX", "-STUB", "SHA256SUMS"):
        assert word in text


def test_every_word_of_the_templates_is_filled_in_by_somebody() -> None:
    check_server(SERVER)
    assert (TEMPLATES / "windows" / "package.wxs").read_text(encoding="utf-8").count("@SERVER_URL@") <= 1
