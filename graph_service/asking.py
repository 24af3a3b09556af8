"""One question on its way: who asks, on which day, what he may see, whom the answer is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from algorithms.projection import Access, Projection, View
from algorithms.rules import Governing, govern, load
from algorithms.walks.links import as_nodes, outgoing
from graph_service.consents import Consents
from graph_service.projections import Projections
from graph_service.trust.policy import Policy
from graph_service.trust.principal import Principal
from schema.access import Audience, Purpose, Role
from schema.errors import InputError, NotFound
from schema.nodes import key_label_of
from schema.periods import today_in_shanghai
from schema.ports import GraphStore

CONSENT_REQUIRED = (
    "The subject has not consented to this reader and purpose, or there is no such subject. "
    "未获信息主体授权，或查无此主体。"
)


@dataclass(frozen=True)
class Question:
    """Who asks, and about when.

    Parameters
    ----------
    principal : Principal
    as_of : date
        What was true on that civil day.
    known_at : datetime or None
        What was known at that instant; None: what is known now.
    """

    principal: Principal
    as_of: dt.date
    known_at: dt.datetime | None = None


@dataclass(frozen=True)
class Rooms:
    """What an answer may draw on; built once by the service."""

    store: GraphStore
    policy: Policy
    projections: Projections
    consents: Consents


@dataclass(frozen=True)
class Asking:
    """A question while it is being answered. Whatever an answer says comes from ``view``.

    ``system`` sees everything: it serves the closed list of declassified checks and nothing else.
    """

    question: Question
    rooms: Rooms
    subjects: set[str] = field(default_factory=set)
    rulebooks: dict[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return self.question.principal

    @property
    def as_of(self) -> dt.date:
        """The civil day that is asked about."""
        return self.question.as_of

    @cached_property
    def known_run(self) -> int:
        """The last run that counts."""
        return self.rooms.store.known_run(self.question.known_at)

    @cached_property
    def graph(self) -> Projection:
        """The graph as known, before anything is joined or hidden: for who may see what, not for answers."""
        return self.rooms.projections.at(self.known_run)

    @property
    def projection(self) -> Projection:
        """The graph as known, one node for each identity that the caller knows of."""
        return self.view.projection

    @cached_property
    def access(self) -> Access:
        """What the caller may see, consents included."""
        policy, who = self.rooms.policy, self.principal
        own = policy.own_classes(who)
        consented, subjects = policy.consent_classes(who), self.consented
        if who.role is Role.SUBJECT:
            consented, subjects = own, frozenset(self.own_parties)
        banks = frozenset({who.org}) if who.org and Audience.BANK_PRIVATE in own else frozenset()
        return Access(policy.visible_classes(who), consented, subjects, banks, policy.region(who))

    @cached_property
    def consented(self) -> frozenset[str]:
        """Everyone who consents to the caller, households whose head does included."""
        who = self.principal
        if who.org is None or who.purpose is None or not self.rooms.policy.consent_classes(who):
            return frozenset()
        # Consent is about the moment of asking, so it is never read from the past.
        given = self.rooms.consents.subjects(who.org, who.purpose, self.rooms.store.known_run())
        return given | frozenset(self._households_headed_by(given))

    @cached_property
    def own_parties(self) -> tuple[str, ...]:
        """The party that the caller is, and the households that he heads."""
        subject = self.principal.subject
        return (subject, *self._households_headed_by({subject})) if subject else ()

    @cached_property
    def view(self) -> View:
        """What the caller may see of the day."""
        return self.rooms.projections.views.of(self.graph, self.as_of, self.access)

    @cached_property
    def system(self) -> View:
        """Everything that held on the day."""
        return self.rooms.projections.views.beside(self.view, Access.system())

    def as_lender(self, bank: str, purpose: Purpose | None) -> Asking:
        """Return the same question as the bank's own lender would ask it: the same graph, his eyes, audited as this one."""
        lender = Principal(Role.LENDER, org=bank, purpose=purpose, token_id=self.principal.token_id)
        other = replace(self, question=replace(self.question, principal=lender))
        # The version is settled once: a run published meanwhile must not answer half of a question.
        vars(other).update(known_run=self.known_run, graph=self.graph)
        return other

    def governing(self, rulebook: str) -> Governing:
        """Return what a shipped rulebook says on the day, and note that the answer rests on it."""
        book = load(rulebook)
        self.rulebooks[book.id] = book.version
        return govern(book, self.as_of)

    @property
    def border(self) -> str | None:
        """The division at whose border answers end (S0-25): what crosses it is not there. None: there is none."""
        return self.access.region or None

    def about(self, *ids: str) -> None:
        """Note whom the answer is about: they see this query in their log."""
        if not all(node_id.isprintable() for node_id in ids):
            raise InputError("An id is printable text.")
        self.subjects.update(ids)

    def party(self, node_id: str) -> int:
        """Return the position of a party that the caller may see; NotFound for any other, existing or not."""
        self.about(node_id)
        if not self.view.sees(node_id):
            raise NotFound("There is no such party, for this caller.")
        return self.projection.position(node_id)

    def _households_headed_by(self, ids: Iterable[str]) -> list[str]:
        """A household's head grants, and asks, for the household 户主代表农户: who heads it today, whatever day is asked about."""
        p = self.graph
        if self.question.known_at:
            p = self.rooms.projections.at(self.rooms.store.known_run())
        held = self.rooms.projections.views.apart(p, today_in_shanghai(), Access.system())
        belongs = outgoing(held, "MEMBER_OF", as_nodes(p.find(i for i in ids if key_label_of(i) == "Person")))
        heads = p.edges["MEMBER_OF"].properties["head"].gather(belongs.place).fill_null(False).to_numpy()
        return [p.ids[i] for i in belongs.node[heads]]
