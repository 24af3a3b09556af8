"""The parties of the graph as the matcher takes them: names, identifiers, former names, and whom a person is tied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from algorithms.projection import View
from algorithms.walks.links import ending_at
from loaders.identity.matching import Company, Party, Person

_TIES: Final = ("LEGAL_REP_OF", "HOLDS_POST", "OWNS")
_NAME: Final = "名称"
"""What a change of name is called in the registry: 名称变更, 企业名称, …."""


def known_parties(view: View, places: Iterable[int] | None = None) -> list[Party]:
    """Return legal entities and persons with names that the view shows; all, or those at these positions.

    What is personal (year of birth, mask) is used only of people who are open to the caller, for a match would else tell it.
    O(parties + their facts).
    """
    chosen = None if places is None else {*places}
    return [*_companies(view, chosen), *_people(view, chosen)]


def _companies(view: View, chosen: set[int] | None) -> Iterable[Company]:
    former = _former_names(view)
    names = ("name", "uscc", "lei", "region_code")
    for at, (name, uscc, lei, region) in _rows(view, "LegalEntity", names, chosen):
        yield Company(
            view.projection.ids[at],
            str(name),
            str(uscc or ""),
            str(lei or ""),
            str(region or ""),
            tuple(sorted(former.get(at, ()))),
        )


def _people(view: View, chosen: set[int] | None) -> Iterable[Person]:
    ids = view.projection.ids
    ties, contacts = _others(view, _TIES), _others(view, ("REACHED_AT",))
    for at, (name, mask, year) in _rows(view, "Person", ("name", "id_mask", "birth_year"), chosen):
        is_open = view.opened(at)
        yield Person(
            ids[at],
            str(name),
            str(mask or "") if is_open else "",
            int(str(year)) if year and is_open else None,
            frozenset(ids[other] for other in ties.get(at, ())),
            frozenset(ids[other] for other in contacts.get(at, ())),
        )


def _rows(
    view: View, label: str, names: tuple[str, ...], chosen: set[int] | None
) -> Iterable[tuple[int, tuple[object, ...]]]:
    first, _ = view.projection.spans[label]
    table = view.projection.frames[label].select(names)
    for at, row in enumerate(table.iter_rows(), first):
        if row[0] and view.visible[at] and (chosen is None or at in chosen):
            yield at, row


def _others(view: View, relationships: tuple[str, ...]) -> dict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    people = range(*view.projection.spans["Person"])
    for name in relationships:
        edges, places = view.projection.edges[name], view.positions(name)
        for start, end in zip(edges.start[places].tolist(), edges.end[places].tolist(), strict=True):
            if start in people:
                found[start].add(end)
    return found


def _former_names(view: View) -> dict[int, set[str]]:
    """Read them off the registry's changes of name 变更登记."""
    p = view.projection
    first = p.spans["RegistryChange"][0]
    changes = p.frames["RegistryChange"].select("item", "before").rows()
    edges, of_changes = p.edges["SUBJECT_OF"], ending_at(view, "SUBJECT_OF", "RegistryChange")
    found: defaultdict[int, set[str]] = defaultdict(set)
    for start, end in zip(edges.start[of_changes].tolist(), edges.end[of_changes].tolist(), strict=True):
        item, before = changes[end - first]
        if before and _NAME in (item or ""):
            found[start].add(before)
    return found
