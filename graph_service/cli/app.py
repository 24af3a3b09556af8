"""The commands, and what all of them share. A command's module is imported only when it runs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import App, Parameter

_HELP = """Xinlian 信链: records in, one dated graph, explained credit answers out.

Exit codes 退出码: 0 done · 1 refused or check failed · 2 usage · 3 file refused · 4 store unavailable · 130 interrupted.
"""
STANDARD_INPUT: Final = "/dev/stdin"
"""What a lone - stands for; the parser of the command line would take it for an option."""
_QUIET = Parameter(negative="")  # `--no-json` and its like would say nothing

APP: Final = App(
    name="python -m graph_service",
    help=_HELP,
    help_format="plaintext",
    version="0.1.0",
    default_parameter=_QUIET,
    suppress_keyboard_interrupt=False,
)
_AUDIT = App(name="audit", help="The audit log: verify it, anchor it. 审计日志", default_parameter=_QUIET)

_FEATURES = App(
    name="features", help="Risk features: list, check, evaluate, export. 风险特征", default_parameter=_QUIET
)

# Command -> module of this room that holds a function of the same name, and what the list of commands says of it.
_COMMANDS: Final = {
    "demo": ("demo", "Load a synthetic county, answer its questions, and serve. 演示"),
    "synth": ("synth", "Write a synthetic city in the canonical formats. 生成仿真城市"),
    "load": ("load", "Load a file, or a folder of files, as one delivery. 装载数据"),
    "query": ("query", "Ask a named query, as the operator. 命名查询"),
    "graphql": ("graphql", "Ask anything that the API answers, as the operator. 图查询"),
    "analyze": ("analyze", "Recompute everything of one day; print the riskiest, with reasons. 全量分析"),
    "serve": ("serve", "Serve the GraphQL API. 启动服务"),
    "doctor": ("doctor", "Check settings, keys, store, audit log and documentation. 自检"),
    "docs": ("pages", "Write the generated pages of docs/ anew. 重新生成文档"),
}
_OF_AUDIT: Final = {
    "verify": "Check every row of every audit chain. 校验审计链",
    "anchor": "Write the state of all audit chains as one small file, to keep elsewhere. 导出审计锚点",
}

_OF_FEATURES: Final = {
    "list": ("catalogue", "List the registry: codes with what they are. 特征目录"),
    "check": ("check", "Check a credit centre's own list; say what is wrong. 校验特征表"),
    "evaluate": ("evaluate", "Evaluate features of one party, with the facts behind each. 计算特征"),
    "export": ("export", "Write the features of all enterprises as Parquet. 导出特征库"),
}


def _register() -> None:
    for name, (module, said) in _COMMANDS.items():
        APP.command(f"{__package__}.{module}:{name}", name=name, help=said)
    APP.command(_AUDIT)
    for name, said in _OF_AUDIT.items():
        _AUDIT.command(f"{__package__}.audit:{name}", name=name, help=said)
    APP.command(_FEATURES)
    for name, (function, said) in _OF_FEATURES.items():
        _FEATURES.command(f"{__package__}.features:{function}", name=name, help=said)


_register()


@APP.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    store: str | None = None,
    data: Path | None = None,
) -> Any:
    """Read the options that every command takes, and hand over to the command.

    Parameters
    ----------
    store : str, optional
        embedded:PATH, neo4j://HOST:PORT or bolt://HOST:PORT 图库; else GRAPH_SERVICE_STORE, else graph.kgl in the data folder.
    data : Path, optional
        Folder of audit log, keys and raw files 数据目录; else GRAPH_SERVICE_DATA_DIR, else .data.
    """
    tokens = tuple(STANDARD_INPUT if token == "-" else token for token in tokens)
    command, bound, ignored = APP.parse_args(tokens, exit_on_error=False, print_error=False)
    if "desk" in ignored:
        # Settings are read after the words of the command: a wrong word is said first, and --help needs no settings.
        bound.arguments["desk"] = import_module(f"{__package__}.desk").desk_of(store, data)
    return command(*bound.args, **bound.kwargs)
