"""A wheel named `aiccl` of nothing but the program `aiccl-server`, which starts the server under test.

*Install Server* gives it to pip, so that the whole way (question, virtual environment, pip, start) runs without a network. What the real wheel
holds is not this test's business.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

NAME, VERSION = "aiccl", "0.0.1"
FILES = {
    "aiccl_stand_in.py": (
        "import json, os, sys\n\n\n"
        "def main():\n"
        '    command = json.loads(os.environ["AICCL_SERVER"])\n'
        "    os.execv(command[0], command + sys.argv[1:])\n"
    ),
    f"{NAME}-{VERSION}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
    f"{NAME}-{VERSION}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{NAME}-{VERSION}.dist-info/entry_points.txt": "[console_scripts]\naiccl-server = aiccl_stand_in:main\n",
}


def make(folder: Path) -> Path:
    """Writes the wheel into a folder and gives its path."""
    record = f"{NAME}-{VERSION}.dist-info/RECORD"
    lines = [f"{name},sha256={digest(text)},{len(text.encode())}" for name, text in FILES.items()] + [f"{record},,"]
    path = folder / f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**FILES, record: "\n".join(lines) + "\n"}.items():
            wheel.writestr(name, text)
    return path


def digest(text: str) -> str:
    """As a wheel's RECORD has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
