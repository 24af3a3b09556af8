"""``audit verify`` and ``audit anchor``: they read the log itself, so they also work while the service runs."""

from __future__ import annotations

from pathlib import Path

from graph_service.cli.desk import At, Desk, Failed
from graph_service.service import Keys
from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_anchor import AuditAnchor, verify_anchor
from graph_service.trust.audit_row import AuditEntry, Decision
from graph_service.trust.audit_verify import VerifyReport
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from schema.errors import InputError


def verify(*, anchor: Path | None = None, desk: At) -> None:
    """Check every row of every audit chain. 校验审计链

    Parameters
    ----------
    anchor : Path, optional
        Check too that nothing is missing that this anchor holds 锚定文件.
    """
    log = _open(desk, "cli.audit.verify")
    report = log.verify()
    if report.ok and anchor is not None:
        report = verify_anchor(_read(anchor), _directory(desk), Keys.of(desk.settings).audit)
    _tell(desk, report)
    _note(log, "cli.audit.verify")


def anchor(out: Path, /, *, desk: At) -> None:
    """Write the state of all audit chains as one small file, to keep elsewhere. 导出审计锚点

    Parameters
    ----------
    out : Path
        File to write; keep it where the operator of this service cannot change it.
    """
    log = _open(desk, "cli.audit.anchor")
    taken = log.export_anchor()
    try:
        out.write_text(taken.to_json() + "\n", encoding="utf-8")
    except OSError as reason:
        raise InputError(f"The anchor cannot be written to {out}: {reason.strerror}.") from None
    desk.say(f"{len(taken.heads)} chains anchored at {taken.at}; root {taken.root}")
    _note(log, "cli.audit.anchor")


def _open(desk: Desk, operation: str) -> AuditLog:
    Policy().authorise(operator(), operation)
    return AuditLog(_directory(desk), "cli", Keys.of(desk.settings).audit)


def _directory(desk: Desk) -> Path:
    return desk.settings.data_dir / "audit"


def _tell(desk: Desk, report: VerifyReport) -> None:
    if report.ok:
        desk.say(f"The audit log holds: {report.rows} rows verified. 审计链完整")
        return
    where = f" of writer {report.writer}" if report.writer else ""
    row = f" at row {report.first_bad_seq}" if report.first_bad_seq is not None else ""
    desk.say(
        f"THE AUDIT LOG IS BROKEN 审计链被破坏: the chain{where}{row}: {report.reason}. {report.rows} rows hold."
    )
    raise Failed


def _note(log: AuditLog, operation: str) -> None:
    # A broken log is evidence and is left as it was found: only a sound one is written to.
    log.append(AuditEntry(operator(), operation, Decision.ALLOWED))
    log.close()


def _read(path: Path) -> AuditAnchor:
    try:
        return AuditAnchor.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as reason:
        raise InputError(f"The anchor {path} cannot be read: {reason}.") from None
