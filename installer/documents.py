"""What must travel with the program? Notices, the texts of LGPL and GPL, how to relink, and the bill of materials."""

import json
import os
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from installer.errors import PayloadRefused
from installer.release import ROOT, TEMPLATES, Release
from installer.steps import do

LICENCE_TEXTS = ("LGPL-3", "GPL-3", "LGPL-2.1", "Apache-2.0", "MPL-2.0")
_PROBE = TEMPLATES / "probe_environment.py"


def write(release: Release, python: Path) -> Path:
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
    relinking = (TEMPLATES / "doc" / "RELINKING.md").read_text(encoding="utf-8")
    (folder / "RELINKING.md").write_text(relinking, encoding="utf-8")
    found = json.loads(do([python, _PROBE], environment=release.reproducible).output)
    text = json.dumps(bill(release, found), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / f"exception-desk-{release.version}.cdx.json").write_text(text, encoding="utf-8")
    return folder


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


def bill(release: Release, found: dict[str, str]) -> dict[str, Any]:
    """CycloneDX 1.6: the locked packages, and by hand what their wheels carry inside (``found``: name to version)."""
    known = licences()
    components = [
        _component("library", name, version, known.get(name, "unknown"), f"pkg:pypi/{name}@{version}")
        for name, version in sorted(locked().items())
    ]
    components += [_component("library", *entry) for entry in carried(found)]
    components += [
        _component("machine-learning-model", name, release.version, "CC-BY-SA-4.0", "")
        for name in ("en-embedded", "zh-embedded")
    ]
    return {
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


def carried(found: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """(name, version, licence, purl) of what no package list names; versions that no file tells are said to be so."""
    of = found.get
    unknown = "as in the wheel"
    return [
        ("CPython", found["python"], "PSF-2.0", f"pkg:generic/cpython@{found['python']}"),
        ("OpenSSL (of Python)", found["openssl"], "Apache-2.0", f"pkg:generic/openssl@{found['openssl']}"),
        ("OpenSSL (in sqlcipher3)", of("sqlcipher_openssl", unknown), "Apache-2.0", ""),
        ("SQLite (in sqlcipher3)", found["sqlite"], "blessing", f"pkg:generic/sqlite@{found['sqlite']}"),
        ("SQLCipher", found["sqlcipher"], "BSD-3-Clause", f"pkg:generic/sqlcipher@{found['sqlcipher']}"),
        ("Qt", found["qt"], "LGPL-3.0-only", f"pkg:generic/qt@{found['qt']}"),
        ("ICU (in PySide6)", of("icu", unknown), "Unicode-3.0", ""),
        ("Kaldi (in vosk)", unknown, "Apache-2.0", "pkg:github/alphacep/kaldi"),
        ("OpenFst (in vosk)", unknown, "Apache-2.0", ""),
        ("OpenBLAS (in vosk and numpy)", of("openblas", unknown), "BSD-3-Clause", ""),
        ("PortAudio (in sounddevice on Windows; the system's on Linux)", found["portaudio"], "MIT", ""),
        (
            "libsndfile (in soundfile)",
            found["sndfile"],
            "LGPL-2.1-or-later",
            f"pkg:generic/libsndfile@{found['sndfile']}",
        ),
        ("FLAC, Ogg, Vorbis, Opus (in libsndfile)", unknown, "BSD-3-Clause", ""),
        ("mpg123, LAME (in libsndfile)", unknown, "LGPL-2.1-or-later", ""),
        ("Silero VAD weights (in resources/models/voice-activity)", "6.2", "MIT", ""),
        ("Argon2 (in argon2-cffi-bindings)", unknown, "CC0-1.0 OR Apache-2.0", ""),
        ("PyInstaller bootloader", found["pyinstaller"], "GPL-2.0-or-later WITH Bootloader-exception", ""),
    ]


def _component(kind: str, name: str, version: str, licence: str, purl: str) -> dict[str, Any]:
    simple = re.fullmatch(r"[A-Za-z0-9.+-]+", licence)
    made: dict[str, Any] = {"type": kind, "bom-ref": f"{name}@{version}", "name": name, "version": version}
    made["licenses"] = [{"license": {"name": licence}}] if not simple else [{"expression": licence}]
    return made | ({"purl": purl} if purl else {})
