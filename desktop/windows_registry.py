"""How is Windows' registry read? The 64-bit view, values by name, a missing key as no values."""

import importlib
from typing import Any


class WindowsRegistry:
    """``desktop.policy.Registry`` over the standard library's winreg; reads only."""

    def values(self, hive: str, key: str) -> dict[str, Any]:
        """The named values of a key below ``HKLM`` or ``HKCU``; raises OSError when it is there but cannot be read."""
        winreg: Any = importlib.import_module("winreg")
        root = winreg.HKEY_LOCAL_MACHINE if hive == "HKLM" else winreg.HKEY_CURRENT_USER
        try:
            opened = winreg.OpenKey(root, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
        except FileNotFoundError:
            return {}
        with opened:
            count = winreg.QueryInfoKey(opened)[1]
            found = (winreg.EnumValue(opened, number) for number in range(count))
            return {name: value for name, value, _ in found}
