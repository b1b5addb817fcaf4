"""Whether the machine runs on its battery: then the slow converter waits. Unknown counts as no."""

from __future__ import annotations

import sys
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")


def on_battery(supplies: Path = SUPPLIES) -> bool:
    """True where a battery is being used up."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _mac()
    try:
        for supply in supplies.iterdir():
            kind = (supply / "type").read_text().strip()
            if kind == "Battery" and (supply / "status").read_text().strip() == "Discharging":
                # A mouse's battery is one too; it has the scope of a device.
                scope = supply / "scope"
                if not scope.exists() or scope.read_text().strip() != "Device":
                    return True
    except OSError:
        pass
    return False


def _mac() -> bool:
    import subprocess

    try:
        told = subprocess.run(["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=2, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return "Battery Power" in told.stdout


def _windows() -> bool:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("line", ctypes.c_ubyte),
            ("flag", ctypes.c_ubyte),
            ("percent", ctypes.c_ubyte),
            ("saver", ctypes.c_ubyte),
            ("seconds", ctypes.c_ulong),
            ("full_seconds", ctypes.c_ulong),
        ]

    status = Status()
    try:
        known = ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    except (OSError, AttributeError):
        return False
    return bool(known) and status.line == 0
