"""The ``rekey`` command: ``rekey`` or ``python -m rekey``."""

import signal
import sys

from ._rekey import _main


def main() -> int:
    """Runs the command with ``sys.argv`` and returns its exit code."""
    # Python's own handler would wait until the command is done.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _main(["rekey", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
