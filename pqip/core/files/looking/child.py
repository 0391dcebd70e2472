"""The child process that inspects the file on its standard input: `child.py KIND MEMORY CPU PIXELS`.

It prints why the file is refused, or `fine`. It depends on nothing else in the project, uses no network, and has limited
memory and time: harm that a hostile file does is done to this process.
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from looking.every import look
from looking.refused import Suspect


def main() -> None:
    """Limit this process, inspect the file on standard input, and print why it is refused or `fine`."""
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
