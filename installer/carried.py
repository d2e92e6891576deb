"""What do wheels carry inside that no package list names? A table for the bill of materials and the check of a freeze.

``files`` are patterns of the frozen folder's paths; a work that is linked into another one's file names none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN = "as in the wheel"
"""The version of what no file tells."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One work. ``told`` is the name under which the builder's environment knows its version, if it does."""

    name: str
    licence: str
    told: str = ""
    purl: str = ""
    files: tuple[str, ...] = ()

    def version(self, found: Mapping[str, str]) -> str:
        """As the environment tells it; ``UNKNOWN`` when it does not."""
        return found.get(self.told, UNKNOWN)

    def address(self, found: Mapping[str, str]) -> str:
        """Its package URL with the version, empty without one."""
        version = self.version(found)
        return f"{self.purl}@{version}" if self.purl and version != UNKNOWN else self.purl


CARRIED = (
    Carried("CPython", "PSF-2.0", "python", "pkg:generic/cpython", ("libpython3*", "python3.*/lib-dynload/*")),
    Carried("OpenSSL (of Python on Windows; the system's on Linux)", "Apache-2.0", "openssl", "pkg:generic/openssl"),
    Carried("OpenSSL (in sqlcipher3)", "Apache-2.0", "sqlcipher_openssl", "pkg:generic/openssl"),
    Carried("SQLite (in sqlcipher3)", "blessing", "sqlite", "pkg:generic/sqlite"),
    Carried("SQLCipher (in sqlcipher3)", "BSD-3-Clause", "sqlcipher", "pkg:generic/sqlcipher"),
    Carried(
        "Qt (in PySide6)", "LGPL-3.0-only", "qt", "pkg:generic/qt", ("PySide6/Qt/lib/libQt6*", "PySide6/Qt/plugins/*")
    ),
    Carried("PySide6 and Shiboken6", "LGPL-3.0-only", "qt", "", ("PySide6/libpyside6*", "*libshiboken6*")),
    Carried("ICU (in PySide6)", "Unicode-3.0", "icu", "pkg:generic/icu", ("PySide6/Qt/lib/libicu*",)),
    Carried("Kaldi (in vosk)", "Apache-2.0", "", "pkg:github/alphacep/kaldi", ("vosk/libvosk*",)),
    Carried("OpenFst (in vosk)", "Apache-2.0"),
    Carried("OpenBLAS and LAPACK (in vosk)", "BSD-3-Clause"),
    Carried("OpenBLAS and LAPACK (in numpy)", "BSD-3-Clause", "openblas", files=("*libscipy_openblas*",)),
    Carried("libgfortran (in numpy)", "GPL-3.0-or-later WITH GCC-exception-3.1", files=("*.libs/libgfortran*",)),
    Carried("libquadmath (in numpy)", "LGPL-2.1-or-later", files=("*.libs/libquadmath*",)),
    Carried(
        "PortAudio (in sounddevice on Windows; the system's on Linux)", "MIT", "portaudio", "pkg:generic/portaudio"
    ),
    Carried(
        "libsndfile (in soundfile)", "LGPL-2.1-or-later", "sndfile", "pkg:generic/libsndfile", ("*/libsndfile*",)
    ),
    Carried("FLAC, Ogg, Vorbis and Opus (in libsndfile)", "BSD-3-Clause"),
    Carried("mpg123 (in libsndfile)", "LGPL-2.1-or-later"),
    Carried("LAME (in libsndfile)", "LGPL-2.0-or-later"),
    Carried("Argon2 (in argon2-cffi-bindings)", "CC0-1.0 OR Apache-2.0"),
    Carried("libffi (in cffi)", "MIT"),
    Carried("libyaml (in pyyaml)", "MIT"),
    Carried("libuv (in uvloop)", "MIT AND BSD-3-Clause"),
    Carried("llhttp (in httptools)", "MIT"),
    Carried("libpq (in psycopg-binary)", "PostgreSQL", files=("*.libs/libpq*",)),
    Carried("OpenSSL (in psycopg-binary)", "Apache-2.0", files=("*.libs/libssl*", "*.libs/libcrypto*")),
    Carried(
        "MIT Kerberos (in psycopg-binary)",
        "MIT",
        files=("*.libs/libgssapi*", "*.libs/libkrb5*", "*.libs/libk5crypto*", "*.libs/libcom_err*.so.3*"),
    ),
    Carried("libcom_err of e2fsprogs (in psycopg-binary)", "MIT", files=("*.libs/libcom_err*.so.2*",)),
    Carried("OpenLDAP (in psycopg-binary)", "OLDAP-2.8", files=("*.libs/libldap*", "*.libs/liblber*")),
    Carried("Cyrus SASL (in psycopg-binary)", "BSD-Attribution-HPND-disclaimer", files=("*.libs/libsasl2*",)),
    Carried("keyutils (in psycopg-binary)", "LGPL-2.1-or-later", files=("*.libs/libkeyutils*",)),
    Carried("libcrypt (in psycopg-binary)", "LGPL-2.1-or-later", files=("*.libs/libcrypt-*",)),
    Carried("Silero VAD weights (in resources/models/voice-activity)", "MIT", "silero"),
    Carried("PyInstaller's start program", "GPL-2.0-or-later WITH Bootloader-exception", "pyinstaller"),
)  # fmt: skip
