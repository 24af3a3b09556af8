"""``docs/settings.md``: every setting, from the settings class."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from graph_service.docs.markdown import table
from graph_service.settings import Settings

_INTRODUCTION = """\
# Settings 设置

Written by `make docs` from `graph_service/settings.py`; a test fails when this page is stale.

Everything is read from the environment. On the command line, `--store` and `--data` go before `GRAPH_SERVICE_STORE` and
`GRAPH_SERVICE_DATA_DIR`; a store that nobody named lies in the data folder. A key comes from its variable or from its
file, never from both; without either, one is made at random in the data folder, readable by its owner only.

"""
_DEBUG = ("`GRAPH_SERVICE_DEBUG`", "", "any value: the command line shows where an error was raised")


def settings_page() -> str:
    """Render the page; the same class gives the same bytes."""
    prefix = Settings.model_config.get("env_prefix", "")
    rows = [
        (f"`{prefix}{name.upper()}`", _default(info), info.description or "")
        for name, info in Settings.model_fields.items()
    ]
    return _INTRODUCTION + table(("Variable", "Default", "Meaning"), [*rows, _DEBUG])


def _default(info: FieldInfo) -> str:
    return "" if info.default is None else f"`{info.default}`"
