"""Why are two MSIs of the same input the same? wixl writes the hour and a random package code: both are replaced here.

WORKAROUND: wixl 0.101 does not read SOURCE_DATE_EPOCH. The summary of an MSI is a property set of [MS-OLEPS]: the
package code is a string, each time a VT_FILETIME (type 0x40, then 100 ns since 1601).
"""

import hashlib
import re
import uuid
from pathlib import Path

from installer.errors import PayloadRefused

_CODE = re.compile(rb"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}\0")
_FILETIME = re.compile(rb"\x40\0\0\0(.{8})", re.DOTALL)
_SUMMARY = 256
"""Bytes after the package code in which both times stand."""
_BEFORE_1970 = 11_644_473_600


def settle(msi: Path, product: uuid.UUID, epoch: int) -> None:
    """Make the package code a name of the contents, and the times ``epoch`` (Unix seconds), in place.

    Raises PayloadRefused when the file is not as wixl writes it.
    """
    content = bytearray(msi.read_bytes())
    codes = list(_CODE.finditer(content))
    if len(codes) != 1:
        raise PayloadRefused(f"{msi.name} has {len(codes)} package codes where wixl 0.101 writes one")
    code = codes[0]
    times = list(_FILETIME.finditer(content, code.end(), code.end() + _SUMMARY))
    if len(times) != 2:
        raise PayloadRefused(f"{msi.name} has {len(times)} times in its summary where wixl 0.101 writes two")
    moment = ((epoch + _BEFORE_1970) * 10_000_000).to_bytes(8, "little")
    for each in times:
        content[each.start(1) : each.end(1)] = moment
    content[code.start() : code.end() - 1] = bytes(38)
    named = uuid.uuid5(product, hashlib.sha256(content).hexdigest())
    content[code.start() : code.end() - 1] = f"{{{named}}}".upper().encode("ascii")
    msi.write_bytes(content)
