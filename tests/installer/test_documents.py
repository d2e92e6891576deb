"""What travels with the program, and what Group Policy offers: complete, valid, in both languages."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from desktop import policy
from installer import documents, policies
from installer.proof.debian import SERVER
from installer.release import ROOT, TEMPLATES, Release, check_server

FOUND = {"python": "3.11", "openssl": "3", "sqlite": "3.53.4", "sqlcipher": "4", "qt": "6", "portaudio": "19",
         "sndfile": "1.2", "pyinstaller": "6"}  # fmt: skip


def the_bill(folder: Path) -> dict[str, object]:
    return documents.bill(Release("1.2.3", folder, folder, 1_700_000_000), FOUND)


def test_the_bill_of_materials_names_every_locked_package_with_its_licence(tmp_path: Path) -> None:
    components = the_bill(tmp_path)["components"]
    assert isinstance(components, list)
    named = {component["name"]: component for component in components}
    assert set(documents.locked()) <= set(named)
    unknown = [name for name, each in named.items() if "unknown" in str(each["licenses"])]
    assert unknown == []
    for carried in ("CPython", "OpenSSL (of Python)", "SQLite (in sqlcipher3)", "Kaldi (in vosk)"):
        assert carried in named
    references = [component["bom-ref"] for component in components]
    assert len(references) == len(set(references))


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
