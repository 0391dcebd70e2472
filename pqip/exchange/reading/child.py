"""The child that reads a workbook: `child.py FILE KIND MEMORY CPU ROWS COLUMNS`, a JSON line a row, `null` at the end.

Stands alone: no project, no network, limited memory and time. A JSON string in place of a row is a message.
"""

import datetime as dt
import json
import resource
import sys


def main() -> None:
    path, _kind, memory, cpu, rows, columns = sys.argv[1:7]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        sheet = workbook.get_sheet_by_index(0)
    except Exception:
        return
    write = sys.stdout.write
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > int(rows) + 1:
            write(json.dumps(f"The file has more than {int(rows) - 1:,} rows. Split it into smaller files.") + "\n")
            return
        if len(row) > int(columns) and any(row[int(columns):]):
            write(json.dumps(f"Row {number} has more than {columns} columns.") + "\n")
            return
        write(json.dumps([number, [text(cell) for cell in row[: int(columns) + 1]]]) + "\n")
    write("null\n")


def text(cell: object) -> str:
    """A cell as the person would write it: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


main()
