"""From the statements of a package to rows: one table a dataset, each row at the line of the statement that says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any, Final

from loaders.identity.references import EITHER
from loaders.readers.rows import Rows, rows_of
from loaders.sources.bods_package import Package, Refusal, Statement
from loaders.sources.bods_records import Records
from loaders.sources.bods_schema import INTEREST_TYPES
from loaders.sources.bods_timeline import UNSPECIFIED, Held, periods
from schema.edges import INTERESTS
from schema.errors import IdentifierInvalid
from schema.identifiers.lei import validate_lei
from schema.identifiers.uscc import validate_uscc

Row = dict[str, str]
FOLDED: Final = "bods_folded"
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "bods_entities": (
        *("record_id", "uscc", "lei", "reg_no", "other_codes", "name", "status", "entity_kind"),
        *("registered_on", "state_owned"),
    ),
    "bods_persons": ("record_id", "name", "birth_year"),
    "bods_interests": (
        *("record_id", "valid_from", "valid_to", "owner", "subject", "interest", "directness"),
        *("share_ratio", "share_min_ratio", "share_max_ratio", "beneficial_owner", "via"),
    ),
    "bods_shareholdings": (
        *("record_id", "valid_from", "valid_to", "owner", "asset", "share_ratio", "share_min_ratio"),
        *("share_max_ratio", "voting_ratio", "income_ratio", "nominee"),
    ),
    "bods_posts": ("record_id", "valid_from", "valid_to", "person", "company", "post"),
    "bods_gaps": (
        "record_id",
        "valid_from",
        "valid_to",
        "company",
        "scope",
        "reason",
        "description",
        "stated_on",
    ),
    "bods_partial_owners": ("record_id", "shares_complete"),
    FOLDED: ("record_id",),
}
"""The columns of each dataset; each table has ``statement`` besides: its identifier, or the text of a refused one."""

_HOME = {"person": "bods_persons", "relationship": "bods_interests"}
"""Where a refused statement of a type is accounted for; any other with the entities."""
_CODES: Final = dict(zip(INTEREST_TYPES, INTERESTS, strict=False))
_ENTITY_KINDS = {
    "registeredEntity": "ENTERPRISE",
    "legalEntity": "ENTERPRISE",
    "state": "AGENCY",
    "stateBody": "AGENCY",
}
_POSTS = {"boardMember": "DIRECTOR", "boardChair": "CHAIR", "seniorManagingOfficial": "SENIOR_MANAGER"}
_RIGHTS = {
    "shareholding": "share_ratio",
    "votingRights": "voting_ratio",
    "rightsToProfitOrIncome": "income_ratio",
}


def tables(records: Records) -> dict[str, dict[str, Rows]]:
    """Return the rows of each file of a delivery by dataset, also of those that it has no row of: a snapshot states them too.

    Every statement is at least in one table: what was refused in that of its type, what only adds to an earlier or later
    statement about its record in ``bods_folded``.
    """
    growing = {name: _Tables(package, records) for name, package in records.packages.items()}
    gapped = set[str]().union(*(one.gapped for one in growing.values()))
    return {name: one.build(gapped) for name, one in growing.items()}


class _Tables:
    """The tables of one package while they grow.

    ``gapped`` are the entities that have an owner without a name now.
    """

    def __init__(self, package: Package, records: Records) -> None:
        self._package = package
        self._records = records
        self._rows: defaultdict[str, list[tuple[int, Row]]] = defaultdict(list)
        self._refused: defaultdict[str, list[Refusal]] = defaultdict(list)
        self._answered: list[tuple[Statement, str]] = []
        self.gapped: set[str] = set()
        for refused in package.refusals:
            self._refused[_HOME.get(refused.record_type, "bods_entities")].append(refused)
        for revisions in records.revisions(package):
            self._tell[revisions[0].record_type](revisions)

    def build(self, gapped: Collection[str]) -> dict[str, Rows]:
        """Return the tables, given the entities that any file of the delivery says to have an owner without a name."""
        for statement, subject in self._answered:
            if subject not in gapped:  # says nothing, which takes back what was said before
                self._add("bods_partial_owners", statement, record_id=subject)
        self._fold()
        return {
            dataset: _table(self._package.name, dataset, self._rows[dataset], self._refused[dataset])
            for dataset in HEADERS
            if dataset != FOLDED or self._rows[FOLDED]
        }

    @property
    def _tell(self) -> Mapping[str, Callable[[Sequence[Statement]], None]]:
        return {"entity": self._entity, "person": self._person, "relationship": self._relationship}

    def _add(self, dataset: str, statement: Statement, **cells: Any) -> None:
        if statement.file != self._package.name:
            return  # its own file says it
        row = {name: str(value) for name, value in cells.items() if value not in (None, "")}
        self._rows[dataset].append((statement.line, {"statement": statement.id, **row}))

    def _fold(self) -> None:
        told = {line for rows in self._rows.values() for line, _ in rows}
        for statement in self._package.statements:
            if statement.line not in told:
                self._add(FOLDED, statement, record_id=statement.record)

    # parties ---------------------------------------------------------------------------------------------------------
    def _entity(self, revisions: Sequence[Statement]) -> None:
        newest = revisions[-1]
        details = newest.details
        kind = details["entityType"]["type"]
        self._add(
            "bods_entities",
            newest,
            record_id=newest.record,
            name=_line(details.get("name")),
            entity_kind=_ENTITY_KINDS.get(kind),
            state_owned="true" if kind in ("state", "stateBody") else "",
            registered_on=details.get("foundingDate"),
            status="DEREGISTERED" if "dissolutionDate" in details else "",
            **_identifiers(details.get("identifiers") or ()),
        )

    def _person(self, revisions: Sequence[Statement]) -> None:
        newest = revisions[-1]
        names = newest.details.get("names") or ()
        legal = [name for name in names if name.get("type") == "legal"]
        chosen: Mapping[str, str] = next(iter((*legal, *names)), {})
        self._add(
            "bods_persons",
            newest,
            record_id=newest.record,
            name=_line(chosen.get("fullName")),
            birth_year=newest.details.get("birthDate", "")[:4],
        )

    # relationships ---------------------------------------------------------------------------------------------------
    def _relationship(self, revisions: Sequence[Statement]) -> None:
        told = periods(revisions)
        named = [held for held in told if held.key != UNSPECIFIED]
        for held in told:
            if held.key == UNSPECIFIED:
                self._gap(held, held.statement.details["interestedParty"])
        for held in named:
            self._interest(held)
            self._post(held)
        self._holdings([held for held in named if not held.indirect and held.interest.get("type") in _RIGHTS])
        self._unnamed(named)

    def _interest(self, held: Held) -> None:
        details, interest = held.statement.details, held.interest
        self._add(
            "bods_interests",
            held.statement,
            record_id=held.record,
            valid_from=held.start,
            valid_to=held.end,
            owner=self._party_of(held),
            subject=self._records.entity(details["subject"]),
            interest=_CODES[interest.get("type", "unknownInterest")],
            directness=interest.get("directOrIndirect", "unknown").upper(),
            beneficial_owner=_flag(interest.get("beneficialOwnershipOrControl")),
            via=" ".join(details.get("componentRecords") or ()),
            **_share(interest.get("share") or {}),
        )

    def _post(self, held: Held) -> None:
        post = _POSTS.get(held.interest.get("type", ""))
        if post and not held.indirect and self._party_of(held).startswith(("P:", EITHER)):
            self._add(
                "bods_posts",
                held.statement,
                record_id=held.record,
                valid_from=held.start,
                valid_to=held.end,
                person=self._party_of(held),
                company=self._records.entity(held.statement.details["subject"]),
                post=post,
            )

    def _holdings(self, direct: Sequence[Held]) -> None:
        """Shares with the votes and income that are declared for the same days; what stands alone adds no share."""
        together: defaultdict[tuple[str, str, str], dict[str, Held]] = defaultdict(dict)
        for held in direct:
            number = held.key.rpartition("/")[2]
            together[held.start, held.end, number].setdefault(held.interest["type"], held)
        has_shares = any(held.interest["type"] == "shareholding" for held in direct)
        for rights in together.values():
            exact = {
                _RIGHTS[t]: _share(h.interest.get("share") or {}).get("share_ratio")
                for t, h in rights.items()
            }
            if "shareholding" in rights or any(exact.values()):
                self._holding(
                    rights,
                    exact if "shareholding" in rights or not has_shares else {**exact, "share_ratio": "0"},
                )

    def _holding(self, rights: Mapping[str, Held], exact: Mapping[str, str | None]) -> None:
        held = next(rights[kind] for kind in _RIGHTS if kind in rights)
        details = held.statement.details
        shares = rights.get("shareholding")
        party = self._records.party(details["interestedParty"])
        nominee = party.nomination or any(i.get("type") == "nominee" for i in details["interests"])
        self._add(
            "bods_shareholdings",
            held.statement,
            record_id=held.record,
            valid_from=held.start,
            valid_to=held.end,
            owner=party.id,
            asset=self._records.entity(details["subject"]),
            nominee="true" if nominee else "",
            **{**_share((shares.interest.get("share") or {}) if shares else {}), **exact},
        )

    def _unnamed(self, named: Sequence[Held]) -> None:
        """A party who is known to be there and whom nobody names is a gap too, for as long as he holds anything."""
        for held in named[:1]:
            reason = self._records.party(held.statement.details["interestedParty"]).unnamed
            if reason:
                ends = [each.end for each in named]
                whole = Held(UNSPECIFIED, {}, held.statement, min(each.start for each in named))
                whole.end = "" if "" in ends else max(ends)
                self._gap(whole, {"reason": reason})

    def _gap(self, held: Held, unspecified: Mapping[str, str]) -> None:
        subject = held.statement.details["subject"]
        self._add(
            "bods_gaps",
            held.statement,
            record_id=held.record,
            valid_from=held.start,
            valid_to=held.end,
            company=self._records.entity(subject),
            scope="OWNER",
            reason=unspecified["reason"],
            description=_line(unspecified.get("description")),
            stated_on=held.statement.day,
        )
        if held.end:
            self._answered.append((held.statement, subject))
        else:
            self.gapped.add(subject)
            self._add("bods_partial_owners", held.statement, record_id=subject, shares_complete="false")

    def _party_of(self, held: Held) -> str:
        return self._records.party(held.statement.details["interestedParty"]).id


def _table(name: str, dataset: str, rows: Sequence[tuple[int, Row]], refused: Sequence[Refusal]) -> Rows:
    header = (*HEADERS[dataset], "statement")
    lost = [(one.line, {"statement": one.text}) for one in refused]
    numbered = [(line, [row.get(column, "") for column in header]) for line, row in (*rows, *lost)]
    table = rows_of(name, header, numbered)
    faults = dict(zip(count(len(rows)), (one.faults for one in refused), strict=False))
    return Rows(table.name, table.header, table.rows, table.lines, table.ragged, faults)


def _identifiers(identifiers: Iterable[Mapping[str, str]]) -> Row:
    """An LEI and a USCC by scheme and form; the first other number is the register's, the rest keep their scheme."""
    found: Row = {}
    rest = []
    for each in identifiers:
        number, scheme = _line(each.get("id")), each.get("scheme", "").upper()
        if not number:
            continue
        if "LEI" in scheme.split("-") and _valid(validate_lei, number):
            name = "lei"
        elif scheme.startswith("CN-") and _valid(validate_uscc, number):
            name = "uscc"
        else:
            name = "reg_no"
        if found.setdefault(name, number) != number:
            rest.append(f"{_line(scheme or each.get('schemeName'))} {number}")
    return {**found, "other_codes": "; ".join(rest)}


def _valid(check: Callable[[str], object], number: str) -> bool:
    try:
        check(number)
    except IdentifierInvalid:
        return False
    return True


def _share(share: Mapping[str, float]) -> dict[str, str]:
    """Percent to ratios. A band is kept as closed: to the ends that the source leaves out it is as near as can be."""
    if "exact" in share:
        return {"share_ratio": _ratio(share["exact"])}
    least = [share[name] for name in ("minimum", "exclusiveMinimum") if name in share]
    most = [share[name] for name in ("maximum", "exclusiveMaximum") if name in share]
    return {
        **({"share_min_ratio": _ratio(max(least))} if least else {}),
        **({"share_max_ratio": _ratio(min(most))} if most else {}),
    }


def _ratio(percent: float) -> str:
    return f"{Decimal(str(percent)) / 100:f}"


def _flag(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
