"""LibreOffice, asked to save a file as another kind: what a person's own program makes of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

#: Commas, double quotes, UTF-8, British English, cells as they are shown. Without it the machine's own language decides.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,2057,false,true"
WAIT = 120


def converted(path: Path, kind: str) -> Path:
    """The file beside it, of another kind (`csv`, `xlsx`, `ods`)."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "the test needs LibreOffice: mark it `office`"
    filter = CSV if kind == "csv" else kind
    made = path.parent / "converted"
    command = [
        office,
        "--headless",
        f"-env:UserInstallation=file://{path.parent}/profile",
        "--convert-to",
        filter,
        "--outdir",
    ]
    subprocess.run([*command, str(made), str(path)], check=True, capture_output=True, timeout=WAIT)
    return made / f"{path.stem}.{kind}"
