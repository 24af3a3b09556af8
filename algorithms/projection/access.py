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
    region : str
        Division-code prefix: households outside it are not there for the caller 数据权限按行政区划 (S0-25).
    """

    classes: frozenset[Audience]
    consented: frozenset[Audience] = frozenset()
    subjects: frozenset[str] = frozenset()
    banks: frozenset[str] = frozenset()
    region: str = ""

    @classmethod
    def system(cls) -> Access:
        """Everything: for the declassified checks, which hand out a rule id and a yes or no and nothing else."""
        return cls(frozenset(Audience))
