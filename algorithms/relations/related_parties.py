"""Related parties 关联方 of a bank or enterprise by the measures of 2022, each with every ground, path and fact.

Who controls, holds 5 %, benefits or manages is read from ownership and posts; their kin, their concert parties and what
they control follow in turn. Which tie makes whom a related party is not decided here but by the rulebook
``related_parties``, item by item, so that missing shares and ages come out as UNKNOWN by its three-valued logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from algorithms.ownership.findings import Answer
from algorithms.ownership.matrix import column_sums
from algorithms.projection import View
from algorithms.relations.control_web import Web, web
from algorithms.relations.ties import (
    Ratios,
    Tie,
    TieKind,
    age_of,
    ties_above,
    ties_below,
    ties_in_concert,
    ties_of_control,
    ties_of_kin,
    ties_of_officers,
)
from algorithms.rules.engine import Governing, Outcome, evaluate_table, outcome_of
from algorithms.thresholds import at_least
from algorithms.walks.links import Place
from schema.errors import InputError
from schema.rulebook import Effect, Rule

RULEBOOK = "related_parties"
_SELF = "SELF"
_OF_CONTROLLERS = frozenset({"controlling_person", "controlling_entity"})
_OF_HOLDERS = frozenset({"holder_entity", "influential_entity"})
_WITH_KIN = frozenset({"6.1", "6.2", "6.3"})
_WITH_OFFICERS = frozenset({"7.1", "7.2"})


@dataclass(frozen=True)
class Ground:
    """One reason why a party is related.

    Attributes
    ----------
    rule : Rule
        With its citation and item (``value``).
    answer : Answer
        YES or UNKNOWN.
    because : str
        Why it is UNKNOWN: ``not_declared``, ``age``, ``may_be_deemed``, or ``through_unknown``; else empty.
    through : int
        The related party on whom it rests; the subject itself for a direct ground.
    tie : Tie
        To that party.
    path : tuple of int
        From the subject to the party.
    places : tuple of Place
        The facts behind the whole of it.
    """

    rule: Rule
    answer: Answer
    because: str
    through: int
    tie: Tie
    path: tuple[int, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class RelatedParties:
    """Everyone related to a subject.

    Attributes
    ----------
    subject : int
    grounds : dict
        Party → its grounds, YES before UNKNOWN, then in the order of the rulebook; in order of party.
    unknown_because : tuple of str
        Why somebody may be missing: ``unnamed_holder`` (capital of which no holder is declared could be a 5 % holding).
    """

    subject: int
    grounds: dict[int, tuple[Ground, ...]]
    unknown_because: tuple[str, ...]

    def answer(self, party: int) -> Answer:
        """Whether a party is related. NO only as far as holders are declared: see ``unknown_because``."""
        found = self.grounds.get(party, ())
        if found:
            return found[0].answer
        return Answer.UNKNOWN if self.unknown_because else Answer.NO


@dataclass(frozen=True)
class _Base:
    """What a tie hangs on: the subject, or a related party with the ground that made it one."""

    party: int
    via: str = _SELF
    rule: str = ""
    answer: Answer = Answer.YES
    path: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()


def related_parties(view: View, subject: int, book: Governing) -> RelatedParties:
    """Find everyone related to an enterprise or bank, and by which grounds.

    Parameters
    ----------
    view : View
        Family facts that the caller may not see are not there for him, and nobody is related by them.
    subject : int
        Position of a LegalEntity.
    book : Governing
        The rulebook ``related_parties`` on the day.

    Raises
    ------
    InputError
        No rule governs that day: the measures are of 1 March 2022.

    Notes
    -----
    Four layers, each from those before: ties to the subject itself; concert parties of controllers and of holders, and
    who controls these holders; kin and officers; what all of them, families together included, control or influence.
    State bodies relate nobody downwards: enterprises are not related merely because the state holds both.
    Left out: dealings of the last and the next twelve months (art. 8(1); ask for an earlier day) and what an institution
    deems related by its own judgement (art. 8(3), 8(5)).
    O(E) of ownership once per view, then what is upstream of the subject and downstream of those related.

    References
    ----------
    银行保险机构关联交易管理办法（银保监会令〔2022〕1号）第五条至第八条.
    """
    if not book.rules:
        raise InputError(
            "The measures on related parties govern from 2022-03-01. Ask for that day or a later one."
        )
    inquiry = _Inquiry(web(view, float(book.constant("control_ratio"))), subject, book)
    inquiry.run()
    return RelatedParties(subject, inquiry.found(), inquiry.missing())


class _Inquiry:
    """One subject's list while it grows."""

    def __init__(self, of: Web, subject: int, book: Governing) -> None:
        self.web, self.subject, self.book = of, subject, book
        self.ratios = Ratios(float(book.constant("holder_ratio")), float(book.constant("influence_ratio")))
        self.grounds: dict[int, dict[tuple[str, int], Ground]] = {}
        self.rules = {rule.id: rule for rule in book.rules}

    def run(self) -> None:
        """Grow the list layer by layer."""
        own = _Base(self.subject, path=(self.subject,))
        self._add((own, tie) for tie in ties_above(self.web, self.subject, self.ratios))
        self._add((own, tie) for tie in ties_of_officers(self.web, self.subject))
        self._add(self._concert_and_behind())
        self._add(self._kin_and_officers())
        self._add(self._held(own))

    def found(self) -> dict[int, tuple[Ground, ...]]:
        """Return the grounds in order."""
        order = {rule: place for place, rule in enumerate(self.rules)}
        return {
            party: tuple(
                sorted(self.grounds[party].values(), key=lambda g: (_rank(g), order[g.rule.id], g.through))
            )
            for party in sorted(self.grounds)
        }

    def missing(self) -> tuple[str, ...]:
        """Say why the list may lack somebody: capital that nobody is declared to hold."""
        case = self.web.holdings.case
        open_part = 0.0 if case.undeclared is None else float(case.undeclared[self.subject])
        if np.isnan(open_part):
            open_part = 1.0 - float(column_sums(case.equity[:, [self.subject]])[0])
        return ("unnamed_holder",) if at_least(open_part, self.ratios.holder) else ()

    def _bases(self, items: Iterable[str] = (), rules: Iterable[str] = ()) -> list[_Base]:
        """Parties related so far under one of the items or rules, once per rule, the best ground first."""
        wanted, named = frozenset(items), frozenset(rules)
        bases: dict[tuple[int, str], _Base] = {}
        for party, grounds in sorted(self.grounds.items()):
            for g in sorted(grounds.values(), key=_rank):
                if g.rule.value in wanted or g.rule.id in named:
                    base = _Base(party, g.rule.value, g.rule.id, g.answer, g.path, g.places)
                    bases.setdefault((party, g.rule.id), base)
        return list(bases.values())

    def _concert_and_behind(self) -> Iterator[tuple[_Base, Tie]]:
        for base in self._bases(rules=_OF_CONTROLLERS | _OF_HOLDERS):
            yield from ((base, tie) for tie in ties_in_concert(self.web, base.party))
        for base in self._bases(rules=_OF_HOLDERS):
            yield from ((base, tie) for tie in ties_of_control(self.web, base.party))

    def _kin_and_officers(self) -> Iterator[tuple[_Base, Tie]]:
        for base in self._bases(_WITH_KIN):
            yield from ((base, tie) for tie in ties_of_kin(self.web, base.party))
        for base in self._bases(_WITH_OFFICERS):
            officers = ties_of_officers(self.web, base.party)
            yield from ((base, tie) for tie in officers if tie.detail != "CREDIT_STAFF")

    def _held(self, own: _Base) -> Iterator[tuple[_Base, Tie]]:
        """What everybody related so far has below him; a state body relates nobody."""
        items = ("6.1", "6.2", "6.3", "6.4", "7.1", "7.2")
        bases = [own, *(b for b in self._bases(items) if b.party not in self.web.holdings.agencies)]
        parties = sorted({b.party for b in bases})
        below: dict[int, list[Tie]] = {}
        for number, tie in ties_below(self.web, [(p,) for p in parties], self.ratios.influence):
            below.setdefault(parties[number], []).append(tie)
        yield from ((base, tie) for base in bases for tie in below.get(base.party, ()))
        yield from self._held_by_families(bases)

    def _held_by_families(self, bases: list[_Base]) -> Iterator[tuple[_Base, Tie]]:
        """A family may control what none of its members does."""
        heads = {b.party: b for b in reversed(bases) if b.via in _WITH_KIN}
        families: dict[int, dict[int, Tie]] = {}
        for party, grounds in self.grounds.items():
            for g in grounds.values():
                if g.rule.value == "6.4" and g.answer is Answer.YES and g.through in heads:
                    families.setdefault(g.through, {})[party] = g.tie
        groups = [(head, *sorted(families[head])) for head in sorted(families)]
        for number, tie in ties_below(self.web, groups, self.ratios.influence):
            head = groups[number][0]
            yield heads[head], _from_head(head, tie, families[head].values())

    def _add(self, candidates: Iterable[tuple[_Base, Tie]]) -> None:
        """Put the candidates to the rulebook, and keep what it says of them."""
        told = [(base, tie) for base, tie in candidates if tie.party != self.subject]
        if not told:
            return
        verdicts = evaluate_table(self.book, self._table(told))
        for rule_id in verdicts.columns:
            values = verdicts[rule_id]
            for place in values.fill_null(True).arg_true():  # most rules pass most ties by
                self._keep(self.rules[rule_id], outcome_of(values[place]), *told[place])

    def _keep(self, rule: Rule, outcome: Outcome, base: _Base, tie: Tie) -> None:
        deemed = rule.effect is Effect.FLAG
        if outcome is Outcome.PASSED or (deemed and outcome is Outcome.UNKNOWN):
            return
        because = "may_be_deemed" if deemed else ""
        if outcome is Outcome.UNKNOWN:
            because = "age" if tie.kind is TieKind.KIN else "not_declared"
        elif not because and base.answer is Answer.UNKNOWN:
            because = "through_unknown"
        ground = Ground(
            rule,
            Answer.UNKNOWN if because else Answer.YES,
            because,
            base.party,
            tie,
            (*base.path, *tie.path[1:]),
            tuple(dict.fromkeys((*base.places, *tie.places))),
        )
        kept = self.grounds.setdefault(tie.party, {})
        known = kept.get((rule.id, base.party))
        if known is None or _rank(ground) < _rank(known):
            kept[rule.id, base.party] = ground

    def _table(self, told: list[tuple[_Base, Tie]]) -> pl.DataFrame:
        first, last = self.web.view.projection.spans["LegalEntity"]
        return pl.DataFrame(
            {
                "via": [base.via for base, _ in told],
                "base": [base.rule for base, _ in told],
                "tie": [str(tie.kind) for _, tie in told],
                "kin": [tie.detail for _, tie in told],
                "natural": [not first <= tie.party < last for _, tie in told],
                "proven": [tie.proven for _, tie in told],
                "adult": [self._adult(tie) for _, tie in told],
            },
            schema_overrides={"proven": pl.Boolean, "adult": pl.Boolean},
        )

    def _adult(self, tie: Tie) -> bool | None:
        if tie.kind is not TieKind.KIN:
            return None
        least, most = age_of(self.web, tie.party)
        line = int(self.book.constant("adult_age"))
        if least is None or most is None or least < line <= most:
            return None  # known only by the year, so for one year it cannot be told
        return least >= line


def _from_head(head: int, tie: Tie, kin: Iterable[Tie]) -> Tie:
    """A tie of a family, told from its head: through the member on whose chain the company lies."""
    path = tie.path if tie.path[0] == head else (head, *tie.path)
    bonds = [place for each in kin for place in each.places]
    return replace(tie, path=path, places=tuple(dict.fromkeys((*bonds, *tie.places))))


def _rank(ground: Ground) -> tuple[bool, int]:
    return ground.answer is Answer.UNKNOWN, len(ground.path)
