"""Grade ladders 信用等级体系: which grade of a rating scheme stands above which.

Every scheme has a ladder of its own, and a grade means something on its ladder alone: an internal grade A is no external A.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_SHIPPED = Path(__file__).with_name("grade_ladders.toml")


@dataclass(frozen=True)
class Ladder:
    """The grades of one scheme.

    Parameters
    ----------
    scheme, zh : str
        As in ``Rating.scheme``, and its name.
    grades : tuple of str
        The best first.
    citation : str
        Where the order is laid down.
    """

    scheme: str
    zh: str
    grades: tuple[str, ...]
    citation: str

    def rung(self, grade: str | None) -> int | None:
        """Return how far down a grade stands, 1 the best; None for what is no grade of this ladder.

        Examples
        --------
        >>> [LADDERS["EXTERNAL_RATING"].rung(grade) for grade in ("AAA", "A", "B", "GREEN")]
        [1, 6, 15, None]
        """
        return self.grades.index(grade) + 1 if grade in self.grades else None


LADDERS: dict[str, Ladder] = {
    scheme: Ladder(scheme, told["zh"], tuple(told["grades"]), told["citation"])
    for scheme, told in tomllib.loads(_SHIPPED.read_text(encoding="utf-8")).items()
}
