"""``doctor``: look at settings, keys, store, audit log and documentation, and say how to put right what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.table import Table

from graph_service.cli.desk import At, Desk, Failed
from graph_service.docs import in_checkout, stale_pages
from graph_service.service import Keys
from graph_service.settings import Settings
from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_file import audit_paths
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from graph_service.trust.tokens import Jwks
from queries.stores import open_store
from schema.errors import ConfigurationError, GraphServiceError, StoreError

_LONG_AUDIT_BYTES: Final = 50_000_000
"""From here on verifying takes seconds: the user is told how to, instead."""


@dataclass(frozen=True)
class Finding:
    """What a check found; ``fix`` says what to do about it, None where all is well."""

    what: str
    said: str
    fix: str | None = None


def doctor(*, desk: At) -> None:
    """Check settings, keys, store, audit log and documentation. 自检"""
    Policy().authorise(operator(), "cli.doctor")
    findings, silent = examine(desk.settings)
    _show(desk, findings)
    if silent is not None:
        raise silent
    if any(finding.fix for finding in findings):
        raise Failed


def examine(settings: Settings) -> tuple[list[Finding], StoreError | None]:
    """Run every check; return what each found, and why the store is silent if it is."""
    findings: list[Finding] = []
    silent: StoreError | None = None
    for name, check in _CHECKS.items():
        try:
            findings += check(settings)
        except GraphServiceError as error:
            findings.append(Finding(name, error.detail, _fix(error)))
            silent = error if isinstance(error, StoreError) else silent
    return findings, silent


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings 设置", f"store {_without_secret(settings.store)}, data in {settings.data_dir}")
    tokens = (settings.jwks_file, settings.issuer, settings.audience)
    if not any(tokens):
        yield Finding("tokens 令牌", "no issuer is configured: `serve` answers the public only")
    elif all(tokens) and settings.jwks_file is not None:
        Jwks(settings.jwks_file)
        yield Finding("tokens 令牌", f"keys of {settings.issuer} are readable")
    else:
        raise ConfigurationError("jwks_file, issuer and audience belong together: set all three, or none.")


def _keys(settings: Settings) -> Iterator[Finding]:
    if not settings.data_dir.exists():
        yield Finding("keys 密钥", "none yet: the first command that needs them makes them")
        return
    Keys.of(settings)
    yield Finding("keys 密钥", "readable by their owner only")


def _store(settings: Settings) -> Iterator[Finding]:
    scheme, _, path = settings.store.partition(":")
    if scheme == "embedded" and _absent(Path(path)):
        yield Finding("store 图库", "no graph yet: the first load makes it")
        return
    password = settings.neo4j_password.get_secret_value() if settings.neo4j_password else None
    store = open_store(settings.store, user=settings.neo4j_user, password=password)
    try:
        problems = store.problems()
        run = store.known_run() if not problems else 0
    finally:
        store.close()
    for problem in problems:
        yield Finding(
            "store 图库",
            problem,
            "Run any command that opens the store, such as load: it prepares the schema.",
        )
    if not problems:
        yield Finding("store 图库", f"{store.name}, schema up to date, last published run {run}")


def _absent(path: Path) -> bool:
    """Whether a file is simply not there yet, and could be made."""
    return not path.exists() and not any(folder.exists() and not folder.is_dir() for folder in path.parents)


def _audit(settings: Settings) -> Iterator[Finding]:
    directory = settings.data_dir / "audit"
    size = sum(path.stat().st_size for path in audit_paths(directory).values())
    if size > _LONG_AUDIT_BYTES:
        yield Finding("audit 审计", f"{size >> 20} MB: run `python -m graph_service audit verify`")
        return
    report = AuditLog(directory, "cli", Keys.of(settings).audit if size else None).verify()
    fix = None if report.ok else "Keep the folder as evidence, and compare it with the last anchor."
    yield Finding("audit 审计", f"{report.rows} rows hold" if report.ok else f"broken: {report.reason}", fix)


def _docs(_: Settings) -> Iterator[Finding]:
    stale = stale_pages() if in_checkout() else []
    for page in stale:
        yield Finding("docs 文档", f"{page} does not say what the code says", "python -m graph_service docs")
    if not stale:
        yield Finding(
            "docs 文档", "every page is up to date" if in_checkout() else "not part of this installation"
        )


_CHECKS: Final[dict[str, Callable[[Settings], Iterator[Finding]]]] = {
    "settings 设置": _settings,
    "keys 密钥": _keys,
    "store 图库": _store,
    "audit 审计": _audit,
    "docs 文档": _docs,
}


def _fix(error: GraphServiceError) -> str:
    if isinstance(error, ConfigurationError):
        return "Correct the setting: docs/settings.md."
    return "Try again." if error.retryable else "See the message."


def _without_secret(url: str) -> str:
    """Leave out credentials that somebody wrote into the URL."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url


def _show(desk: Desk, findings: list[Finding]) -> None:
    table = Table("check 检查", "found 结果", "fix 处理", title="Doctor 自检", title_justify="left")
    for finding in findings:
        table.add_row(finding.what, finding.said, finding.fix or "")
    desk.out.print(table)
