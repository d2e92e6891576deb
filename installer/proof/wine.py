"""Do Setup.exe and MSI do what IT needs? Really installed, upgraded, refused and removed, under Wine, with a stand-in.

A real Windows was never used here; what Wine cannot show (UAC, SmartScreen, Group Policy) is named in the guide.
"""

import argparse
import dataclasses
import os
import shlex
import shutil
import subprocess
import threading
from pathlib import Path

from installer import windows, windows_launcher, windows_msi
from installer.environment import builder_python
from installer.errors import ProofFailed
from installer.release import Release, stage_sources
from installer.steps import Answer, ask, do, say, tool

HOME = r"HKLM\Software\ExceptionDesk"
OK, BAD_ARGUMENT, FAILED, RUNNING, OTHER_VERSION = 0, 87, 1603, 1618, 1638
FAILED_UNDER_WINE = 1627
"""What Wine's msiexec says of a custom action that ends with 1; Windows says 1603."""


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._prefix = folder
        self._environment = {"WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all", "DISPLAY": ""}
        self.run("wineboot", "-i")
        self.run("winecfg", "-v", "win10")
        self.drive = folder / "drive_c"
        self.home = self.drive / "Program Files" / "ExceptionDesk"

    def run(self, *words: str | Path) -> Answer:
        """Run a Windows program to its end; exit codes above 255 come back whole through a batch file's echo."""
        return ask([tool("wine", "wine"), *words], environment=self._environment, seconds=120)

    def code(self, *words: str) -> int:
        """The whole exit code of a Windows program: Linux keeps only eight bits of it."""
        batch = self._prefix / "drive_c" / "run.bat"
        line = " ".join(words)
        batch.write_text(f'@echo off\r\nstart /wait "" {line}\r\necho CODE=%ERRORLEVEL%\r\n', encoding="ascii")
        output = self.run("cmd", "/c", r"C:\run.bat").output
        found = output.split("CODE=")[1:]
        if not found:
            raise ProofFailed(f"{line} gave no exit code: {output[-500:]}")
        return int(found[-1].split()[0])

    def value(self, name: str, key: str = HOME) -> str:
        """A registry value of the 64-bit view; empty without one."""
        output = self.run("reg", "query", key, "/v", name, "/reg:64").output
        lines = [line.split(None, 2) for line in output.splitlines() if line.strip().lower().startswith(name.lower())]
        return lines[0][2].strip() if lines and len(lines[0]) > 2 else ""

    def hold_open(self) -> subprocess.Popen[bytes]:
        """The installed program, running until ``stop`` is on drive C."""
        (self.drive / "stop").unlink(missing_ok=True)
        started = self.drive / "stop.started"
        started.unlink(missing_ok=True)
        command = [tool("wine", "wine"), str(self.home / windows.PROGRAM), r"/WAIT=C:\stop"]
        environment = {**os.environ, **self._environment}
        running = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        pause = threading.Event()
        for _ in range(300):
            if started.exists():
                return running
            pause.wait(0.1)
        running.kill()
        raise ProofFailed("the stand-in does not start under Wine")

    def close(self) -> None:
        """End this Windows."""
        ask(["wineserver", "-k"], environment=self._environment, seconds=30)


def _expect(so: bool, otherwise: str) -> None:
    if not so:
        raise ProofFailed(otherwise)


def prove(release: Release, asked: argparse.Namespace) -> None:
    """Both installers of two versions, signed by a certificate made here; raises ProofFailed."""
    work = release.fresh("wine")
    certificate = work / "sign"
    _certificate(certificate)
    osslsigncode = tool("osslsigncode", "osslsigncode")
    command = f"{osslsigncode} sign -certs {certificate}.pem -key {certificate}.key -in {{in}} -out {{out}}"
    made: dict[str, tuple[Path, Path]] = {}
    major, minor, patch = release.version.split(".")
    for version in (release.version, f"{major}.{minor}.{int(patch) + 1}"):
        here = work / version
        one = dataclasses.replace(
            release,
            version=version,
            out=here,
            work=here / "work",
            fast=True,
            sign_command=command,
            bundle_models=True,
        )
        here.mkdir()
        documents = one.fresh("documents")
        (documents / "NOTICE").write_text("proof\n", encoding="ascii")
        stub = windows.payload_of(argparse.Namespace(stub_payload=True), one)
        made[version] = (windows.setup_exe(one, stub, documents), windows_msi.package_msi(one, stub, documents))
    (old_exe, old_msi), (new_exe, new_msi) = made.values()
    for path in (old_exe, old_msi):
        _signature(path, f"{certificate}.pem")
    for name, proof in {"Setup.exe": (_nsis, old_exe, new_exe), "MSI": (_msi, old_msi, new_msi)}.items():
        machine = Wine(work / f"prefix-{name.lower()}")
        try:
            proof[0](machine, proof[1], proof[2])
        finally:
            machine.close()
        say(f"    {name}: installed, upgraded, refused and removed as it must")
    machine = Wine(work / "prefix-both")
    try:
        _each_other(machine, new_exe, new_msi)
    finally:
        machine.close()
    say("    each of the two refuses where the other is installed")
    machine = Wine(work / "prefix-launcher")
    try:
        _launcher(machine, release, builder_python(asked.work / "python"))
    finally:
        machine.close()
    say("    the launcher of an embeddable Python finds it, from a folder with a blank and Chinese letters")


def _certificate(at: Path) -> None:
    subject = "/CN=Exception Desk proof (trusted by nobody)"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -addext extendedKeyUsage=codeSigning"
    do(
        [
            tool("openssl", "openssl"),
            *shlex.split(request),
            "-subj",
            subject,
            "-keyout",
            f"{at}.key",
            "-out",
            f"{at}.pem",
        ]
    )


def _signature(path: Path, certificate: str) -> None:
    verify = [tool("osslsigncode", "osslsigncode"), "verify", "-CAfile", certificate, "-in"]
    good = ask([*verify, path])
    _expect(good.code == 0, f"the signature of {path.name} is not verified: {good.output[-800:]}")
    tampered = path.with_name(f"tampered-{path.name}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    tampered.write_bytes(content)
    _expect(ask([*verify, tampered]).code != 0, f"a changed copy of {path.name} is taken for genuine")
    tampered.unlink()
    say(f"    {path.name}: signature verified, a changed copy refused")


def _nsis(machine: Wine, old: Path, new: Path) -> None:
    def setup(path: Path, *words: str) -> int:
        shutil.copy(path, machine.drive / "setup.exe")
        return machine.code(r"C:\setup.exe", "/S", *words)

    _expect(setup(old, "/SERVER=ftp://x") == BAD_ARGUMENT, "a wrong /SERVER= was taken")
    _expect(setup(old, "/LANG=fr") == BAD_ARGUMENT, "a wrong /LANG= was taken")
    code = setup(old, "/SERVER=https://orders.example.com/desk", "/LANG=en", r"/LOG=C:\setup.log")
    _expect(code == OK, f"silent installation ended with {code}")
    _expect(
        machine.value("Server") == "https://orders.example.com/desk", f"/SERVER= arrived as {machine.value('Server')!r}"
    )
    _expect(machine.value("Language") == "en", "/LANG= did not arrive")
    _expect("installed in" in (machine.drive / "setup.log").read_text(encoding="utf-8", errors="replace"), "no log")
    store = machine.drive / "users" / os.environ.get("USER", "root") / "AppData/Local/exception-desk"
    store.mkdir(parents=True, exist_ok=True)
    (store / "outbox.db").write_bytes(b"unsent")
    running = machine.hold_open()
    try:
        code = setup(new)
        _expect(code == RUNNING, f"with the program running the upgrade ended with {code}")
    finally:
        (machine.drive / "stop").write_text("")
        running.wait(60)
    _expect(setup(new) == OK, "the upgrade failed")
    _expect(machine.value("Server") == "https://orders.example.com/desk", "the upgrade lost the server's address")
    left = [path.name for path in (machine.home / "_internal").glob("only-in-*")]
    _expect(len(left) == 1, f"the upgrade left the old version's files: {left}")
    _expect(setup(new) == OK, "the repair (the same version again) failed")
    _expect(setup(old) == OTHER_VERSION, "a downgrade was not refused")
    (machine.home / "note-of-it.txt").write_text("kept")
    uninstall = r'"C:\Program Files\ExceptionDesk\uninstall.exe"'
    code = machine.code(uninstall, "/S", r"_?=C:\Program Files\ExceptionDesk")
    _expect(code == OK and not (machine.home / windows.PROGRAM).exists(), f"uninstalling ended with {code}")
    _expect((store / "outbox.db").exists(), "uninstalling deleted unsent commands")
    _expect((machine.home / "note-of-it.txt").exists(), "uninstalling deleted a file that it had not brought")
    _expect(not machine.value("Version"), "the registry still says that it is installed")
    _expect(setup(new, "/NOSHORTCUTS=1") == OK, "installing again failed")
    _expect(not list(machine.drive.rglob("Exception Desk.lnk")), "/NOSHORTCUTS=1 was not obeyed")
    code = machine.code(uninstall, "/S", "/REMOVEDATA=1", r"_?=C:\Program Files\ExceptionDesk")
    _expect(code == OK and not store.exists(), "/REMOVEDATA=1 kept the data")


def _msi(machine: Wine, old: Path, new: Path) -> None:
    def msiexec(verb: str, path: Path, *words: str) -> int:
        shutil.copy(path, machine.drive / path.name)
        return machine.code("msiexec", verb, rf"C:\{path.name}", "/qn", *words)

    code = msiexec("/i", old, "SERVER=https://orders.example.com/desk", "LANG=en", r"/l*v C:\msi.log")
    _expect(code == OK, f"silent installation ended with {code}")
    _expect((machine.home / windows.PROGRAM).exists(), "the program is not there")
    _expect(
        machine.value("Server") == "https://orders.example.com/desk", f"SERVER arrived as {machine.value('Server')!r}"
    )
    _expect(machine.value("Language") == "en", "LANG did not arrive")
    models = machine.drive / "ProgramData" / "ExceptionDesk" / "models" / "manifest.toml"
    _expect(models.is_file(), "the bundled speech models are not where the program looks for them")
    running = machine.hold_open()
    try:
        code = msiexec("/i", new)
        _expect(code in {FAILED, FAILED_UNDER_WINE}, f"with the program running the upgrade ended with {code}")
        _expect(machine.value("Version") == old.name.split("-")[2], "a refused upgrade changed the version")
        _expect((machine.home / windows.PROGRAM).exists(), "a refused upgrade took the program away")
    finally:
        (machine.drive / "stop").write_text("")
        running.wait(60)
    _expect(msiexec("/i", new) == OK, "the upgrade failed")
    _expect(machine.value("Server") == "https://orders.example.com/desk", "the upgrade lost the server's address")
    _expect((machine.home / windows.PROGRAM).exists(), "after the upgrade the program is gone")
    code = msiexec("/i", old)
    _expect(code in {OTHER_VERSION, 1603}, f"a downgrade ended with {code}")
    _expect(machine.value("Version") == new.name.split("-")[2], "a refused downgrade changed the version")
    _expect(msiexec("/x", new) == OK, "uninstalling failed")
    _expect(not (machine.home / windows.PROGRAM).exists(), "uninstalling left the program")


def _each_other(machine: Wine, exe: Path, msi: Path) -> None:
    shutil.copy(exe, machine.drive / "setup.exe")
    shutil.copy(msi, machine.drive / "desk.msi")
    _expect(machine.code("msiexec", "/i", r"C:\desk.msi", "/qn") == OK, "the MSI is not installed")
    code = machine.code(r"C:\setup.exe", "/S")
    _expect(code == OTHER_VERSION, f"Setup.exe over the MSI ended with {code}")
    _expect(machine.code("msiexec", "/x", r"C:\desk.msi", "/qn") == OK, "the MSI is not removed")
    _expect(machine.code(r"C:\setup.exe", "/S") == OK, "Setup.exe after the MSI is not installed")
    code = machine.code("msiexec", "/i", r"C:\desk.msi", "/qn")
    _expect(code != OK and machine.value("InstalledBy") == "nsis", f"the MSI over Setup.exe ended with {code}")


def _launcher(machine: Wine, release: Release, python: Path) -> None:
    stub = windows.payload_of(argparse.Namespace(stub_payload=True), release).folder / windows.PROGRAM
    place = machine.drive / "Program Files" / "异常 台"
    (place / "python").mkdir(parents=True)
    for name in ("python.exe", "pythonw.exe"):
        shutil.copy(stub, place / "python" / name)
    (place / "python" / "python311._pth").write_text("python311.zip\n.\n", encoding="ascii")
    stage_sources(release)
    windows_launcher.write(place, release, python)
    said = place / "python" / "said.txt"
    for name in (windows_launcher.WINDOWED, windows_launcher.CONSOLE):
        said.unlink(missing_ok=True)
        answer = machine.run(place / name, "doctor", "--json")
        _expect(said.is_file(), f"{name} does not start Python: {answer.code} {answer.output[-500:]}")
        words = said.read_bytes().decode("utf-8", errors="replace")
        _expect(name in words and words.rstrip().endswith("doctor --json"), f"{name} started Python with {words!r}")
    _expect("packages" in (place / "python" / "python311._pth").read_text(encoding="ascii"), "Python is not told")
