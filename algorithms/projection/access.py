"""What a caller may see, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from schema.access import Audience


@dataclass(frozen=True)
class Access:
    """What a caller may see, as plain data.

    Parameters
    ----------
    classes : frozenset of Audience
        Classes visible whoever the fact is about. BANK_PRIVATE in here means *of every bank*.
    consented : frozenset of Audience
        Classes visible for the subjects below only; of ``PERSONAL_CLASSES``, what is about themselves.
    subjects : frozenset of str
        Node ids of the subjects who consented to this caller and purpose.
    banks : frozenset of str
        Node ids of the banks whose private facts the caller may see.
    region : str or None
        Division-code prefix: what lies outside it is not there for the caller 数据权限按行政区划 (S0-25). Empty: the whole
        country; None: nothing is there, for who works by region and whose token names none.
    """

    classes: frozenset[Audience]
    consented: frozenset[Audience] = frozenset()
    subjects: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()
    region: str | None = ""

    @classmethod
    def system(cls) -> Access:
        """Everything: for the declassified checks, which hand out a rule id and a yes or no and nothing else."""
        return cls(frozenset(Audience))
