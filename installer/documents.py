"""What must travel with the program? Notices, the texts of LGPL and GPL, how to relink, and the bill of materials."""

import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from installer.carried import CARRIED, UNKNOWN
from installer.contents import Environment, normal
from installer.errors import PayloadRefused
from installer.release import ROOT, TEMPLATES, Release

LICENCE_TEXTS = ("LGPL-3", "GPL-3", "LGPL-2.1", "Apache-2.0", "MPL-2.0")
TEXTS_OF_ALL = "THIRD-PARTY-LICENCES.txt"
WITHOUT_A_TEXT = {
    "vosk": "Apache-2.0", "pyside6": "LGPL-3", "pyside6-addons": "LGPL-3", "pyside6-essentials": "LGPL-3",
    "shiboken6": "LGPL-3",
}  # fmt: skip
"""Packages whose wheels hold no licence text, and the text beside this one that is theirs."""


def write(release: Release, known: Environment) -> Path:
    """Everything into one folder; raises PayloadRefused when a licence text or a component is missing."""
    folder = release.fresh("documents")
    for name in ("LICENSE", "NOTICE", "THIRD-PARTY-NOTICES.md"):
        (folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    texts = Path(os.environ.get("EXCEPTION_DESK_LICENCES", "/usr/share/common-licenses"))
    for name in LICENCE_TEXTS:
        source = texts / name
        if not source.is_file():
            raise PayloadRefused(
                f"{source} is missing: name a folder with the licence texts in EXCEPTION_DESK_LICENCES"
            )
        (folder / f"{name}.txt").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("RELINKING.md", "CARRIED-LICENCES.txt"):
        (folder / name).write_text((TEMPLATES / "doc" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / TEXTS_OF_ALL).write_text(licence_texts(known.texts), encoding="utf-8")
    text = json.dumps(bill(release, known), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / bill_name(release)).write_text(text, encoding="utf-8")
    return folder


def bill_name(release: Release) -> str:
    """The bill of materials among the results."""
    return f"exception-desk-{release.version}.cdx.json"


def licence_texts(texts: Mapping[str, Mapping[str, str]]) -> str:
    """The licence texts of every locked package that is there, as their authors wrote them.

    ``texts``: file to text by package. Raises PayloadRefused for a package without a text that nobody knows of.
    """
    of = {normal(package): files for package, files in texts.items()}
    parts = ["The licence texts of the Python packages that Exception Desk and its central are delivered with.\n"]
    for package, version in sorted(locked().items()):
        if package not in of:
            continue  # for another system than this one
        line = f"{'=' * 100}\n{package} {version}\n"
        if of[package]:
            parts += [line, *(f"--- {name}\n{text.strip()}\n" for name, text in sorted(of[package].items()))]
        elif package in WITHOUT_A_TEXT:
            parts += [line, f"Its wheel holds no text: see {WITHOUT_A_TEXT[package]}.txt beside this file.\n"]
        else:
            raise PayloadRefused(f"{package} holds no licence text: find it, and name it in installer/documents.py")
    return "\n".join(parts)


def locked() -> dict[str, str]:
    """Version by name of everything that the product installs, as locked."""
    text = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def licences() -> dict[str, str]:
    """Licence by package name, from the notices that a test compares with the lock."""
    text = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
    return {
        name: licence.split(";")[0].split(" (")[0]
        for name, licence in re.findall(r"^\| ([\w.-]+) \| (.+?) \|$", text, re.MULTILINE)
    }


def bill(release: Release, known: Environment) -> dict[str, Any]:
    """CycloneDX 1.6: the locked packages, by hand what wheels carry, and what wheels themselves say they carry."""
    named = licences()
    components = [
        _component("library", name, version, named.get(name, "unknown"), f"pkg:pypi/{name}@{version}")
        for name, version in sorted(locked().items())
    ]
    components += [
        _component("library", work.name, work.version(known.inside), work.licence, work.address(known.inside))
        for work in CARRIED
    ]
    components += [
        _component("machine-learning-model", name, release.version, "CC-BY-SA-4.0", "")
        for name in ("en-embedded", "zh-embedded")
    ]
    told = {each["bom-ref"]: each for each in _told_by_wheels(known)}
    components += [told[reference] for reference in sorted(told)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'exception-desk-{release.version}')}",
        "version": 1,
        "metadata": {
            "timestamp": f"{datetime.fromtimestamp(release.epoch, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "component": {
                "type": "application",
                "bom-ref": "exception-desk",
                "name": "exception-desk",
                "version": release.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": "exception-desk", "dependsOn": sorted(c["bom-ref"] for c in components)}],
    }


def _told_by_wheels(known: Environment) -> Iterator[dict[str, Any]]:
    """The components of the bills that wheels bring with them (PEP 770), named after the wheel."""
    for package, components in sorted(known.bills.items()):
        for each in components:
            name, version = str(each["name"]), str(each.get("version", UNKNOWN))
            if normal(name) == normal(package) or normal(package) not in locked():
                continue
            made = {"type": "library", "bom-ref": f"{package}:{name}@{version}", "name": name, "version": version}
            kept = {key: each[key] for key in ("licenses", "purl", "hashes") if each.get(key)}
            yield made | {"description": f"carried in {package}"} | kept


def _component(kind: str, name: str, version: str, licence: str, purl: str) -> dict[str, Any]:
    simple = re.fullmatch(r"[A-Za-z0-9.+-]+", licence)
    made: dict[str, Any] = {"type": kind, "bom-ref": f"{name}@{version}", "name": name, "version": version}
    made["licenses"] = [{"license": {"name": licence}}] if not simple else [{"expression": licence}]
    return made | ({"purl": purl} if purl else {})
