"""The child that looks into a file on its standard input: `child.py KIND MEMORY CPU PIXELS`. Says why it is refused, or `fine`.

Stands alone: no project, no network, limited memory and time. What a hostile file can do to a process it does to this one.
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from looking.every import look
from looking.refused import Suspect


def main() -> None:
    kind, *numbers = sys.argv[1:5]
    memory, cpu, pixels = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        look(sys.stdin.buffer, kind, pixels)
        sys.stdout.write("fine")
    except Suspect as suspect:
        sys.stdout.write(suspect.code)


main()
