"""Which packages of the operating system are needed, which are missing, and who may install them?"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.processes import RefusalError, long_step


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A Debian package, and what shows that its content is there when it was installed in another way."""

    name: str
    library: str = ""
    command: str = ""
    files: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("setup", "demo", "test", "bench", "screenshots")

    def is_usable(self) -> bool:
        """True when the library loads, the command is on the path or a file matches."""
        if self.library:
            try:
                ctypes.CDLL(self.library)
            except OSError:
                return False
            return True
        return bool(self.command and shutil.which(self.command)) or any(
            any(Path("/").glob(pattern)) for pattern in self.files
        )


TEST_ONLY = ("setup", "test", "bench")
INSTALLERS = ("installers",)
BUILDING = (*TEST_ONLY, *INSTALLERS)
# Direct needs of Qt's xcb, offscreen and text-to-speech plugins (ldd), of PortAudio, and of what demo and tests start.
SYSTEM_PACKAGES = (
    SystemPackage("xvfb", command="Xvfb"),
    SystemPackage("libegl1", library="libEGL.so.1"),
    SystemPackage("libgl1", library="libGL.so.1"),
    SystemPackage("libdbus-1-3", library="libdbus-1.so.3"),
    SystemPackage("libfontconfig1", library="libfontconfig.so.1"),
    SystemPackage("libgssapi-krb5-2", library="libgssapi_krb5.so.2"),
    SystemPackage("libx11-xcb1", library="libX11-xcb.so.1"),
    SystemPackage("libxcb-cursor0", library="libxcb-cursor.so.0"),
    SystemPackage("libxcb-glx0", library="libxcb-glx.so.0"),
    SystemPackage("libxcb-icccm4", library="libxcb-icccm.so.4"),
    SystemPackage("libxcb-image0", library="libxcb-image.so.0"),
    SystemPackage("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    SystemPackage("libxcb-randr0", library="libxcb-randr.so.0"),
    SystemPackage("libxcb-render-util0", library="libxcb-render-util.so.0"),
    SystemPackage("libxcb-shape0", library="libxcb-shape.so.0"),
    SystemPackage("libxcb-sync1", library="libxcb-sync.so.1"),
    SystemPackage("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
    SystemPackage("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    SystemPackage("fontconfig", command="fc-list"),
    SystemPackage("fonts-noto-cjk", files=("usr/share/fonts/**/Noto*CJK*",)),
    SystemPackage("libportaudio2", library="libportaudio.so.2"),
    SystemPackage("libpulse0", library="libpulse.so.0"),
    SystemPackage("libspeechd2", library="libspeechd.so.2"),
    SystemPackage("speech-dispatcher", command="speech-dispatcher"),
    SystemPackage("speech-dispatcher-espeak-ng", files=("usr/lib*/speech-dispatcher-modules/sd_espeak-ng",)),
    SystemPackage("espeak-ng", command="espeak-ng"),
    SystemPackage("libasound2-plugins", verbs=TEST_ONLY, files=("usr/lib*/**/alsa-lib/libasound_module_pcm_pulse.so",)),
    SystemPackage("pulseaudio", verbs=TEST_ONLY, command="pulseaudio"),
    SystemPackage("pulseaudio-utils", verbs=TEST_ONLY, command="paplay"),
    SystemPackage("postgresql", verbs=TEST_ONLY, files=("usr/lib/postgresql/*/bin/initdb",)),
    SystemPackage("mitmproxy", verbs=TEST_ONLY, command="mitmdump"),
    SystemPackage("xdotool", verbs=TEST_ONLY, command="xdotool"),
    SystemPackage("nsis", verbs=BUILDING, command="makensis"),
    SystemPackage("librsvg2-bin", verbs=BUILDING, command="rsvg-convert"),
    SystemPackage("appstream", verbs=INSTALLERS, command="appstreamcli"),
    SystemPackage("binutils", verbs=BUILDING, command="objdump"),
    SystemPackage("curl", verbs=INSTALLERS, command="curl"),
    SystemPackage("debootstrap", verbs=INSTALLERS, command="debootstrap"),
    SystemPackage("desktop-file-utils", verbs=INSTALLERS, command="desktop-file-validate"),
    SystemPackage("dpkg-dev", verbs=BUILDING, command="dpkg-shlibdeps"),
    SystemPackage("iproute2", verbs=INSTALLERS, command="ip"),
    SystemPackage("libwayland-cursor0", verbs=INSTALLERS, library="libwayland-cursor.so.0"),
    SystemPackage("libwayland-egl1", verbs=INSTALLERS, library="libwayland-egl.so.1"),
    SystemPackage("lintian", verbs=INSTALLERS, command="lintian"),
    SystemPackage("msitools", verbs=BUILDING, command="msibuild"),
    SystemPackage("osslsigncode", verbs=INSTALLERS, command="osslsigncode"),
    SystemPackage("systemd", verbs=INSTALLERS, command="systemd-analyze"),
    SystemPackage("wine64", verbs=INSTALLERS, files=("usr/lib/wine/wine64",)),
    SystemPackage("wine", verbs=INSTALLERS, command="wine"),
    SystemPackage("wixl", verbs=BUILDING, command="wixl"),
)


def missing_packages(wanted: Iterable[SystemPackage], installed: Iterable[str]) -> list[SystemPackage]:
    """Those of `wanted` that `installed`, names of Debian packages, does not hold."""
    present = set(installed)
    return [package for package in wanted if package.name not in present]


def installed_packages(names: Sequence[str]) -> list[str]:
    """The Debian packages among `names` that are fully installed; empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev} ${Package}\\n", *names],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = (line.split() for line in answer.stdout.splitlines())
    return [words[1] for words in lines if len(words) == 2 and words[0].startswith("ii")]


def apt_prefix() -> list[str] | None:
    """What to put before `apt-get`: nothing as root, sudo when it asks no password, None when neither."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt_install(names: Sequence[str], lists: Path = Path("/var/lib/apt/lists")) -> bool:
    """Install Debian packages, refreshing the package lists when they are missing or stale; False when not possible."""
    prefix = apt_prefix()
    if prefix is None:
        return False
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    title, install = f"Debian packages ({len(names)})", [*apt, "install", "--yes", "--no-install-recommends", *names]
    has_lists = any(lists.glob("*_Packages*"))
    if has_lists and long_step(title, install, log="apt-install", must_succeed=False):
        return True
    return long_step("Debian's package lists", [*apt, "update"], log="apt-update", must_succeed=False) and long_step(
        title, install, log="apt-install", must_succeed=False
    )


def ensure_system_packages(verb: str) -> None:
    """Bring in what `verb` needs from the operating system, or say what to install; go on when it is there anyway."""
    if not sys.platform.startswith("linux"):
        return
    wanted = [package for package in SYSTEM_PACKAGES if verb in package.verbs]
    missing = missing_packages(wanted, installed_packages([package.name for package in wanted]))
    if not missing or apt_install([package.name for package in missing]):
        return
    unusable = [package.name for package in missing if not package.is_usable()]
    if not unusable:
        return
    command = f"apt-get install --no-install-recommends {' '.join(unusable)}"
    raise RefusalError(
        f"`{verb}` needs {len(unusable)} system packages that are not there, and this user may not install them.",
        f"as an administrator: {command}\n  (on a system without apt: the packages with the same content)",
    )
