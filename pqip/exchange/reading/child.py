"""The child process that reads a workbook: `child.py FILE KIND MEMORY CPU ROWS COLUMNS CELL WHOLE`.

It writes a JSON line for each row, then `null`. It depends on nothing else in the project, uses no network, and has limited
memory and time. A JSON string instead of a row says why the file is refused, in words or by a code of
`pqip/core/files/looking`.
"""

import json
import resource
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "core" / "files"))

from looking.parts import look_at_parts
from looking.refused import Suspect
from sheets.collecting import Collector, SheetLimits
from sheets.ods import read_ods
from sheets.refused import Refused
from sheets.xlsx import read_xlsx


def main() -> None:
    """Limit this process, read the workbook named on the command line, and print its rows."""
    path, kind, *numbers = sys.argv[1:9]
    memory, cpu, rows, columns, cell, total = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    collector, out = Collector(SheetLimits(rows, columns, cell, total)), sys.stdout.buffer
    try:
        with zipfile.ZipFile(path) as archive:
            look_at_parts(archive, kind, whole=False)
            (read_ods if kind == "ods" else read_xlsx)(archive, collector)
        collector.finish(out)
        out.write(b"null\n")
    except (Refused, Suspect) as refused:
        out.write(json.dumps(str(refused)).encode() + b"\n")


main()
