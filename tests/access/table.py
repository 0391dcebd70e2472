"""The access table, `table.csv`: for each address, who may open it. The only place where that expectation lives.

Columns: `url` (its name), `record` (which record the address names; see `records.py`), `signed_out` and one for each
role. Cells:

    opens    the page opens, whosever record it names
    near     it opens for a record within reach; another's is not found, exactly as one that does not exist
    refused  the role lacks the permission (403)
    none     the permission is there but no record of this kind is theirs (404)
    sign-in  sent to the sign-in page
    leads    an address that only leads to another

To add an address: add a line with `url` and `record`, then run

    PQIP_WRITE_ACCESS=1 pytest tests/access/test_table.py

which fills in what the address really does. Read each cell of the difference before committing it: it is the decision
who may see what. `docs/access.md` explains the rules behind it.
"""

from __future__ import annotations

import csv
from pathlib import Path

from workforce.roles import ROLES

FILE = Path(__file__).with_name("table.csv")
COLUMNS = ["url", "record", "signed_out", *ROLES]


def read() -> dict[str, dict[str, str]]:
    """Rows by name of URL."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["url"]: row for row in csv.DictReader(lines)}


def fill_in(url: str, found: dict[str, str]) -> None:
    """Write what one address really does."""
    rows = read()
    rows[url] |= found
    write(rows)


def write(rows: dict[str, dict[str, str]]) -> None:
    """Write the rows, in order of their names."""
    with FILE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[name] for name in sorted(rows))
