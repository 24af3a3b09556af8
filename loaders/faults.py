"""What is wrong with a row: a value is refused by raising, a row keeps the faults of all its values."""

from __future__ import annotations

from dataclasses import dataclass

from schema.errors import IdentifierInvalid, InputError, RecordRejected


class ValueRefused(RecordRejected):
    """A value breaks its contract.

    Parameters
    ----------
    detail : str
        How to write it instead.
    rule : str
        Stable name of the rule that was broken, e.g. ``ratio.range``.
    """

    def __init__(self, detail: str, rule: str) -> None:
        super().__init__(detail)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row; kept as evidence with the row.

    Parameters
    ----------
    field : str
        Column, as the file calls it; ``*`` for the row as a whole.
    code : str
        Stable name of the broken rule.
    value : str
        What was written, masked.
    rule : str
        The rule in a sentence.
    """

    field: str
    code: str
    value: str
    rule: str


def code_of(error: InputError, otherwise: str) -> str:
    """Return the rule that an error names, or `otherwise` for one that names none."""
    return error.rule if isinstance(error, (ValueRefused, IdentifierInvalid)) else otherwise
