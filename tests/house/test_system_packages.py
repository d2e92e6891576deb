"""Which Debian packages are missing, and what happens when they may or may not be installed."""

import os
import re
from pathlib import Path

import pytest

import dev
from devtools import system_packages
from devtools.processes import ROOT, RefusalError
from devtools.system_packages import SYSTEM_PACKAGES, SystemPackage, apt_install, ensure_system_packages

DPKG_QUERY = """#!/bin/sh
echo "ii  xvfb"
echo "rc  pulseaudio"
echo "un  xdotool"
"""
SUDO = """#!/bin/sh
shift
exec "$@"
"""


class Machine:
    """A pretended machine: what its commands answer, and what apt-get was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.write_text("")
        monkeypatch.setenv("PATH", str(folder))

    def has(self, command: str, script: str) -> None:
        path = self.folder / command
        path.write_text(script)
        path.chmod(0o755)

    def has_apt(self, monkeypatch: pytest.MonkeyPatch, script: str = "") -> None:
        monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
        self.has("sudo", SUDO)
        self.has("apt-get", f'#!/bin/sh\nshift 2\necho "$*" >> "{self.calls}"\n{script}')

    def asked(self) -> list[str]:
        return [line.split()[0] for line in self.calls.read_text().splitlines()]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    folder.mkdir()
    return folder


def test_missing_are_the_wanted_that_are_not_installed() -> None:
    wanted = [SystemPackage("xvfb"), SystemPackage("xdotool")]
    missing = system_packages.missing_packages(wanted, ["xvfb", "bash"])
    assert [package.name for package in missing] == ["xdotool"]


def test_a_removed_package_with_left_over_configuration_counts_as_missing(machine: Machine) -> None:
    machine.has("dpkg-query", DPKG_QUERY)
    assert system_packages.installed_packages(["xvfb", "pulseaudio", "xdotool"]) == ["xvfb"]


def test_without_dpkg_nothing_is_known_to_be_installed(machine: Machine) -> None:
    assert machine.asked() == []
    assert system_packages.installed_packages(["xvfb"]) == []


def test_without_apt_nothing_is_installed(machine: Machine, lists: Path) -> None:
    assert not apt_install(["xvfb"], lists)
    assert machine.asked() == []


def test_package_lists_are_left_alone_when_the_installation_works(
    machine: Machine, lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_apt(monkeypatch)
    (lists / "debian_main_Packages.lz4").touch()
    assert apt_install(["xvfb", "xdotool"], lists)
    assert machine.calls.read_text() == "install --yes --no-install-recommends xvfb xdotool\n"


def test_missing_package_lists_are_fetched_first(
    machine: Machine, lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_apt(monkeypatch)
    assert apt_install(["xvfb"], lists)
    assert machine.asked() == ["update", "install"]


def test_stale_package_lists_are_refreshed_and_the_installation_tried_again(
    machine: Machine, lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_apt(monkeypatch, f'[ "$1" = update ] || grep -q update "{machine.calls}"\n')
    (lists / "debian_main_Packages").touch()
    assert apt_install(["xvfb"], lists)
    assert machine.asked() == ["install", "update", "install"]


def test_an_apt_that_fails_twice_is_reported_not_hidden(
    machine: Machine, lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has_apt(monkeypatch, "echo 'E: no such package' >&2; exit 100\n")
    assert not apt_install(["xvfb"], lists)
    assert "E: no such package" in capsys.readouterr().out


def test_who_may_not_install_reads_exactly_what_an_administrator_must_do(machine: Machine) -> None:
    machine.has("espeak-ng", "#!/bin/sh\n")
    with pytest.raises(RefusalError) as refusal:
        ensure_system_packages("demo")
    text = str(refusal.value)
    assert "`demo` needs" in text
    command = text.partition("apt-get install --no-install-recommends ")[2].splitlines()[0].split()
    assert "xvfb" in command
    assert "espeak-ng" not in command, "it is there, though not as a package"
    assert "pulseaudio" not in command, "only the tests need it"


def test_what_is_there_in_another_way_is_not_asked_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "SYSTEM_PACKAGES", (SystemPackage("espeak-ng", command="espeak-ng"),))
    machine.has("espeak-ng", "#!/bin/sh\n")
    ensure_system_packages("demo")


def test_a_package_can_be_recognised_by_library_command_or_file(tmp_path: Path, machine: Machine) -> None:
    machine.has("present", "#!/bin/sh\n")
    here = tmp_path.relative_to("/")
    probes = {
        SystemPackage("a", library="libc.so.6"): True,
        SystemPackage("b", library="libno-such-thing.so.1"): False,
        SystemPackage("c", command="present"): True,
        SystemPackage("d", command="absent"): False,
        SystemPackage("e", files=(f"{here}/pres*",)): True,
        SystemPackage("f", files=(f"{here}/abs*",)): False,
    }
    assert {package: package.is_usable() for package in probes} == probes


@pytest.mark.parametrize("package", SYSTEM_PACKAGES, ids=lambda package: package.name)
def test_every_package_has_one_probe_and_known_verbs(package: SystemPackage) -> None:
    assert bool(package.library) + bool(package.command) + bool(package.files) == 1
    assert set(package.verbs) <= set(dev.VERBS) | {"installers"}


@pytest.mark.parametrize("verb", ["test", "installers"])
def test_every_program_that_makes_an_installer_is_there_when_installers_are_tested(verb: str) -> None:
    makers = sorted((ROOT / "installer").glob("*.py"))
    asked = {found for maker in makers for found in re.findall(r'\btool\("[^"]+", "([a-z0-9-]+)"\)', maker.read_text())}
    brought = {package.name for package in SYSTEM_PACKAGES if verb in package.verbs}
    assert {"nsis", "wixl", "msitools"} <= asked
    assert asked - brought - {"dpkg"} == set()


def test_checks_and_formatting_need_no_system_package(machine: Machine) -> None:
    for verb in ("lint", "format", "lock", "clean"):
        ensure_system_packages(verb)
    assert machine.asked() == []
