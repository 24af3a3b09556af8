"""``python -m graph_service``: see ``docs/cli.md``."""

from __future__ import annotations

import sys

from graph_service.cli.running import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
