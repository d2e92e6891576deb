"""What goes into the Windows payload, and is it whole? Wheels for Windows, fetched on Linux; every DLL's needs met."""

import fnmatch
import re
import shutil
from pathlib import Path

from installer.environment import uv
from installer.errors import PayloadRefused
from installer.release import PACKAGES, ROOT, Release
from installer.steps import do, say, tool

PLATFORM = "x86_64-pc-windows-msvc"
OF_WINDOWS = (
    "icuuc", "icuin", "dxva2",
    "advapi32", "authz", "avrt", "bcrypt", "bcryptprimitives", "cfgmgr32", "comctl32", "comdlg32", "credui",
    "crypt32", "cryptbase", "d2d1", "d3d*", "dcomp", "dinput8", "dnsapi", "dwmapi", "dwrite", "dxcore", "dxgi",
    "evr", "gdi32", "gdi32full", "hid", "imm32", "iphlpapi", "kernel32", "kernelbase", "ksuser", "mf", "mfplat",
    "mfreadwrite", "mpr", "msimg32", "msvcrt", "ncrypt", "netapi32", "normaliz", "ntdll", "ole32", "oleacc",
    "oleaut32", "opengl32", "pathcch", "pdh", "powrprof", "propsys", "psapi", "rpcrt4", "sapi", "secur32",
    "setupapi", "shcore", "shell32", "shlwapi", "synchronization", "ucrtbase", "uiautomationcore", "urlmon",
    "user32", "userenv", "usp10", "uxtheme", "version", "windowscodecs", "wininet", "winmm", "winspool.drv",
    "wlanapi", "wldap32", "wmcodecdspuuid", "wmvcore", "ws2_32", "wsock32", "wtsapi32", "api-ms-win-*",
    "ext-ms-*", "dbghelp", "winhttp", "mswsock", "wintrust", "cabinet", "rstrtmgr", "dsound", "runtimeobject",
)  # fmt: skip
WITH_PYTHON = (
    "python3", "python311", "python312", "python313", "vcruntime140", "vcruntime140_1", "libffi-8", "libcrypto-3",
    "libssl-3",
)  # fmt: skip
NOT_USED = (
    "PySide6/Qt6Labs*", "PySide6/*Canvas*", "PySide6/*Lottie*", "PySide6/plugins/platforminputcontexts/*",
    "PySide6/plugins/geoservices/*",
    "_sounddevice_data/*arm64*", "_sounddevice_data/*32bit*", "_sounddevice_data/*.dylib",
    "PySide6/*[Qq]ml*", "PySide6/*Quick*", "PySide6/*WebEngine*", "PySide6/*3D*", "PySide6/*Pdf*",
    "PySide6/*Designer*", "PySide6/*VirtualKeyboard*", "PySide6/*Charts*", "PySide6/*DataVis*",
    "PySide6/*Graphs*", "PySide6/*Location*", "PySide6/*Sensors*", "PySide6/*SerialPort*", "PySide6/*SerialBus*",
    "PySide6/*Bluetooth*", "PySide6/*Nfc*", "PySide6/*Positioning*", "PySide6/*RemoteObjects*", "PySide6/*Scxml*",
    "PySide6/*StateMachine*", "PySide6/*SpatialAudio*", "PySide6/*WebChannel*", "PySide6/*WebSockets*",
    "PySide6/*WebView*", "PySide6/*HttpServer*", "PySide6/*Help*", "PySide6/*Sql*", "PySide6/*Test.*",
    "PySide6/*UiTools*", "PySide6/*AxContainer*", "PySide6/*ShaderTools*", "PySide6/*lib/*.lib", "PySide6/*.exe",
    "PySide6/include/*", "PySide6/typesystems/*", "PySide6/glue/*", "PySide6/translations/*",
    "PySide6/resources/*", "PySide6/qml/*", "PySide6/metatypes/*", "PySide6/scripts/*", "PySide6/opengl32sw.dll",
    "PySide6/plugins/multimedia/ffmpeg*", "PySide6/av*.dll", "PySide6/sw*.dll", "PySide6/support/*",
    "PySide6/*.pyi", "PySide6/plugins/*qpdf*", "PySide6/plugins/qmltooling/*", "PySide6/plugins/sqldrivers/*",
    "PySide6/plugins/generic/*", "PySide6/plugins/position/*", "PySide6/plugins/sensors/*",
    "PySide6/plugins/canbus/*", "PySide6/plugins/designer/*", "PySide6/plugins/assetimporters/*",
    "PySide6/plugins/sceneparsers/*", "PySide6/plugins/geometryloaders/*", "PySide6/plugins/renderers/*",
    "PySide6/plugins/renderplugins/*", "PySide6/plugins/webview/*", "PySide6/plugins/vectorimageformats/*",
    "PySide6/plugins/scxmldatamodel/*", "pip/*", "pip-*", "*/__pycache__/*", "bin/*", "*/tests/*", "faker/*",
    "polyfactory/*", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    # What only the central has a use for; the desk that is frozen on Linux holds none of it either.
    "psycopg*", "litestar*", "uvicorn*", "httptools*", "prometheus_client*", "multidict*", "multipart*", "websockets*",
)  # fmt: skip


def collect(folder: Path, release: Release) -> None:
    """Fetch the locked wheels for Windows, hashes checked; prune, and add the program; raises StepFailed."""
    packages = folder / "packages"
    command: list[str | Path] = [
        uv(release.work.parent / "uv"),
        "pip",
        "install",
        "--quiet",
        "--target",
        packages,
        "--python-platform",
        PLATFORM,
    ]
    command += [
        "--python-version",
        "3.11",
        "--require-hashes",
        "--no-deps",
        "-r",
        ROOT / "requirements" / "runtime.txt",
    ]
    do(command, cwd=ROOT)
    prune(packages)
    for name in PACKAGES:
        shutil.copytree(release.stage / name, folder / "program" / name)
    shutil.rmtree(folder / "program" / "sync" / "server")
    shutil.rmtree(folder / "program" / "desktop" / "demo")


def prune(packages: Path) -> int:
    """Delete what the product never loads; the bytes that this saved."""
    saved = 0
    for path in sorted(packages.rglob("*"), reverse=True):
        name = path.relative_to(packages).as_posix()
        if path.is_file() and any(fnmatch.fnmatchcase(name, pattern) for pattern in NOT_USED):
            saved += path.stat().st_size
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return saved


def needs(library: Path) -> set[str]:
    """The DLLs that a Windows binary imports, in lower case; raises StepFailed for what is no such binary."""
    output = do([tool("objdump", "binutils"), "-p", library]).output
    return {name.lower() for name in re.findall(r"DLL Name: (\S+)", output)}


def unmet(folder: Path, *, with_python: bool) -> dict[str, set[str]]:
    """The DLLs that are neither packed nor Windows' own, with who needs them. ``with_python``: with Python's."""
    binaries = [path for path in folder.rglob("*") if path.suffix.lower() in {".dll", ".pyd", ".exe"}]
    packed = {path.name.lower() for path in binaries}
    given = OF_WINDOWS + (() if with_python else WITH_PYTHON)
    missing: dict[str, set[str]] = {}
    for path in binaries:
        for name in needs(path) - packed:
            if not any(fnmatch.fnmatchcase(name.removesuffix(".dll"), pattern) for pattern in given):
                missing.setdefault(name, set()).add(path.relative_to(folder).as_posix())
    say(f"    DLL closure of {len(binaries)} binaries: {len(missing)} not met")
    return missing


def prove_closure(release: Release) -> None:
    """The real wheels lack nothing but what Python brings, also where a stand-in is packed; raises PayloadRefused."""
    folder = release.fresh("closure")
    collect(folder, release)
    check_closure(folder, with_python=False)


def check_closure(folder: Path, *, with_python: bool = True) -> None:
    """Raise PayloadRefused when a binary needs a DLL that would not be there."""
    missing = unmet(folder, with_python=with_python)
    if missing:
        lines = (f"{name}, needed by {', '.join(sorted(users)[:3])}" for name, users in sorted(missing.items()))
        raise PayloadRefused("the Windows payload is not whole:\n  " + "\n  ".join(lines))
