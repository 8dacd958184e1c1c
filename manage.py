#!/usr/bin/env python3
"""Sets up, runs and tests jobmatch with nothing but Python: `python3 manage.py --help`.

This file stays readable by old Pythons, so that they are refused with a sentence; all else is
in tools/.
"""

import sys

MINIMUM = (3, 11)


def too_old(version: "tuple[int, int]") -> bool:
    """Whether this Python cannot run the application."""
    return version < MINIMUM


if __name__ == "__main__":
    if too_old(sys.version_info[:2]):
        sys.stderr.write(
            "jobmatch needs Python {}.{} or newer, and this is Python {}.{}: install a newer one "
            "and start manage.py with it.\n".format(*MINIMUM, *sys.version_info[:2])
        )
        sys.exit(1)
    from tools.main import main

    sys.exit(main(sys.argv[1:]))
