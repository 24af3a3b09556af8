"""Anchors: one small hash to keep elsewhere (a government chain, a newspaper, paper), against which the log is proved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph_service.trust.audit_file import audit_paths, read_head
from graph_service.trust.audit_row import canonical, digest, instant
from graph_service.trust.audit_verify import Head, VerifyReport, merge, verify_file
from graph_service.trust.keys import SecretKey
from schema.errors import InputError


@dataclass(frozen=True, slots=True)
class AuditAnchor:
    """The state of every chain at an instant (S4-19 ``AuditAnchor {root, at}``).

    Attributes
    ----------
    root : str
        SHA-256 over ``at`` and ``heads``, as 64 hex digits: keep this where the operator cannot change it.
    at : str
        UTC instant in ISO form.
    heads : mapping
        Writer → head of its chain.
    """

    root: str
    at: str
    heads: Mapping[str, Head]

    def to_json(self) -> str:
        """Return the anchor as one line of JSON."""
        return canonical({"root": self.root, **_content(self.at, self.heads)}).decode()

    @classmethod
    def from_json(cls, text: str) -> AuditAnchor:
        """Read what ``to_json`` wrote.

        Raises
        ------
        InputError
            Not an anchor. (Whether its root is true is for ``verify_anchor`` to say.)
        """
        try:
            document = json.loads(text)
            heads = {
                str(writer): Head(int(seq), str(link)) for writer, (seq, link) in document["heads"].items()
            }
            return cls(str(document["root"]), str(document["at"]), heads)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InputError("This is not an audit anchor: JSON with root, at and heads is needed.") from None


def take_anchor(directory: Path, now: datetime) -> AuditAnchor:
    """Return the anchor of the chains as they stand. Complexity: O(writers)."""
    tips = {writer: read_head(path) for writer, path in audit_paths(directory).items()}
    heads = {writer: Head(tip.seq, tip.hash) for writer, tip in tips.items() if tip}
    return AuditAnchor(_root(instant(now), heads), instant(now), heads)


def verify_anchor(anchor: AuditAnchor, directory: Path, key: SecretKey | None = None) -> VerifyReport:
    """Verify offline that a directory, or a copy of it, still holds everything that was anchored.

    Parameters
    ----------
    anchor : AuditAnchor
        Compare its ``root`` with the one that was published before trusting it.
    directory : Path
    key : SecretKey, optional
        The audit key, if the log was kept with one.
    """
    if anchor.root != _root(anchor.at, anchor.heads):
        return VerifyReport(
            False, 0, reason="the anchor itself was changed: its root does not match its heads"
        )
    return merge(_reports(anchor, directory, key))


def _reports(anchor: AuditAnchor, directory: Path, key: SecretKey | None) -> Iterator[VerifyReport]:
    present = audit_paths(directory)
    for writer in sorted(present.keys() | anchor.heads.keys()):
        if writer not in present:
            yield VerifyReport(False, 0, 1, "the file of an anchored writer is missing", writer)
        else:
            yield verify_file(present[writer], writer, key, anchor.heads.get(writer))


def _content(at: str, heads: Mapping[str, Head]) -> dict[str, object]:
    return {"at": at, "heads": {writer: [head.seq, head.hash] for writer, head in heads.items()}}


def _root(at: str, heads: Mapping[str, Head]) -> str:
    return digest(canonical(_content(at, heads)), None)
