"""``python -m graph_service``: see ``docs/cli.md``."""

from __future__ import annotations

import os
import sys

from graph_service.cli.running import run

if __name__ == "__main__":
    os.umask(0o077)  # the graph, the audit log and the raw files hold personal data
    sys.exit(run(sys.argv[1:]))
