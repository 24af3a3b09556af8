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
_BULK = App(name="bulk", help="First loads as import files of Neo4j. 批量导入", default_parameter=_QUIET)
_AUDIT = App(name="audit", help="The audit log: verify it, anchor it. 审计日志", default_parameter=_QUIET)

_FEATURES = App(
    name="features", help="Risk features: list, check, evaluate, export. 风险特征", default_parameter=_QUIET
)

# Command -> module of this room that holds a function of the same name, and what the list of commands says of it.
_COMMANDS: Final = {
    "demo": ("demo", "Load a synthetic county, answer its questions, and serve. 演示"),
    "synth": ("synth", "Write a synthetic city in the canonical formats. 生成仿真城市"),
    "load": ("load", "Load a file, or a folder of files, as one delivery. 装载数据"),
    "erase": ("erase", "Erase a person or a household, for every past too. 注销主体"),
    "export": ("export", "Write what the operator may see as files. 导出"),
    "query": ("query", "Ask a named query, as the operator. 命名查询"),
    "graphql": ("graphql", "Ask anything that the API answers, as the operator. 图查询"),
    "analyze": ("analyze", "Recompute everything of one day; print the riskiest, with reasons. 全量分析"),
    "screen": ("screen", "Say whether a name, or any name of a file, is on a list. 名单筛查"),
    "serve": ("serve", "Serve the GraphQL API. 启动服务"),
    "doctor": ("doctor", "Check settings, keys, store, audit log and documentation. 自检"),
    "docs": ("pages", "Write the generated pages of docs/ anew. 重新生成文档"),
}
# Group -> what it is, and its commands: name -> "module:function" and what the list of commands says of it.
_GROUPS: Final = {
    "quarantine": (
        "Refused rows: list, show, replay, waive. 隔离记录",
        {
            "list": ("quarantine:list_rows", "List refused rows, a page at a time. 列出隔离记录"),
            "show": ("quarantine:show", "Show one refused row with all that is wrong with it. 查看"),
            "replay": ("quarantine:replay", "Judge open rows again, from the raw vault. 重放"),
            "waive": ("quarantine:waive", "Waive an open row, with a reason. 豁免"),
        },
    ),
    "runs": (
        "What was loaded: the ledger of every file. 装载台账",
        {
            "list": ("runs:list_runs", "List what was loaded, newest first. 列出装载批次"),
            "show": ("runs:show", "Show one run and the others of its delivery. 查看装载批次"),
        },
    ),
    "same-as": (
        "Who is one: propose, list, decide, undo; names that nobody knows. 同一主体",
        {
            "propose": ("same_as:propose", "Search the graph for pairs that may be one. 提出候选"),
            "list": ("same_as:list_pairs", "Show pairs, open ones first, with every reason. 候选清单"),
            "decide": ("same_as:decide", "Accept or reject that two nodes are one. 认定"),
            "undo": ("same_as:undo", "Take a decision back. 撤销认定"),
            "unmatched": ("same_as:unmatched", "Show names without a code, with candidates. 待核主体"),
            "link": ("same_as:link", "Say which enterprise a name means. 关联待核主体"),
        },
    ),
    "batches": (
        "Deliveries of datasets: what is held, and the second signature. 数据批次",
        {
            "list": ("batches:list_all", "List deliveries of datasets, newest first. 列出数据批次"),
            "show": ("batches:show", "Show one batch, decision by decision. 查看数据批次"),
            "approve": ("batches:approve", "Sign a waiting batch, which publishes it. 审核通过"),
            "reject": ("batches:reject", "Turn a waiting batch away. 审核退回"),
        },
    ),
    "datasets": (
        "The department catalogue: who owes what, and what is overdue. 数据目录",
        {
            "list": ("datasets:list_all", "List the datasets of the catalogue. 列出数据目录"),
            "freshness": ("datasets:freshness", "Show what came last, and what is overdue. 数据时效"),
            "channels": ("datasets:channels", "Show the quality by collection channel. 渠道质量"),
            "obligations": ("datasets:obligations", "Show what a county owes, or each of them. 共享义务"),
        },
    ),
    "vault": (
        "The raw files. 原始文件库",
        {"sweep": ("erase:sweep", "Remove raw files that are past their retention. 清理原始文件")},
    ),
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
    APP.command(_BULK)
    _BULK.command(
        f"{__package__}.bulk:verify",
        name="verify",
        help="Compare a database with its import files. 核对批量导入",
    )
    for group, (said, commands) in _GROUPS.items():
        app = App(name=group, help=said, default_parameter=_QUIET)
        APP.command(app)
        for name, (place, what) in commands.items():
            app.command(f"{__package__}.{place}", name=name, help=what)
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
    wait: float = 60.0,
) -> Any:
    """Read the options that every command takes, and hand over to the command.

    Parameters
    ----------
    store : str, optional
        embedded:PATH, neo4j://HOST:PORT or bolt://HOST:PORT 图库; else GRAPH_SERVICE_STORE, else graph.kgl in the data folder.
    data : Path, optional
        Folder of audit log, keys and raw files 数据目录; else GRAPH_SERVICE_DATA_DIR, else .data.
    wait : float
        Seconds to wait while another process holds the store or loads into it 等待秒数; 0: not at all.
    """
    tokens = tuple(STANDARD_INPUT if token == "-" else token for token in tokens)
    command, bound, ignored = APP.parse_args(tokens, exit_on_error=False, print_error=False)
    if "desk" in ignored:
        # Settings are read after the words of the command: a wrong word is said first, and --help needs no settings.
        bound.arguments["desk"] = import_module(f"{__package__}.desk").desk_of(store, data, wait)
    return command(*bound.args, **bound.kwargs)
