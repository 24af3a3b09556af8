"""Shares, partners, representatives, posts, appointed directors and concert parties of one enterprise."""

from __future__ import annotations

from loaders.city.delivery import ratio
from loaders.city.holdings import WHOLE, Ownership
from loaders.city.site import Site
from loaders.city.spec import DEMO_ENTERPRISES, DEMO_PERSONS

_BOARD = 5


class Governance:
    """Writes what the register says about who owns and runs each enterprise."""

    def __init__(self, site: Site) -> None:
        self._site, self._ids = site, site.ids
        self._rng = site.stream("governance")
        self._people = range(DEMO_PERSONS, site.spec.business)

    def write(self, index: int, form: str, ownership: Ownership | None, capital: int) -> None:
        """Write all rows of one enterprise whose capital is `capital` fen."""
        if ownership:
            self._write_shares(index, ownership, capital)
            self._write_concert(index, ownership)
            self._write_board(index, ownership)
        elif form == "PARTNERSHIP":
            self._write_partners(index)
        self._write_officers(index, form, ownership)

    def _write_shares(self, index: int, owned: Ownership, capital: int) -> None:
        for holder, share in owned.companies:
            self._share(index, self._ids.company_id(holder), share, capital)
        for holder, share in owned.people:
            self._share(index, self._ids.person_id(holder), share, capital)
        if owned.state:
            self._share(index, f"E:{self._ids.authority(index)}", WHOLE, capital)
        if owned.withheld and self._rng.random() < 1 / 3:
            self._write_band(index, owned.withheld)

    def _share(self, index: int, owner: str, share: int, capital: int) -> None:
        subscribed = capital // WHOLE * share
        special = self._rng.random() if index >= DEMO_ENTERPRISES else 1.0
        self._site.put(
            "shareholdings",
            owner=owner,
            asset=self._ids.enterprise(index),
            share_ratio=ratio(share),
            voting_ratio=ratio(share // 2) if special < 0.01 else None,
            subscribed_fen=subscribed,
            paid_fen=subscribed // self._rng.choice((1, 1, 2)),
            nominee="true" if special > 0.995 and index >= DEMO_ENTERPRISES else None,
        )

    def _write_band(self, index: int, most: int) -> None:
        """Write a holder of whom the register gives only a band: up to `most` basis points."""
        self._site.put(
            "shareholdings",
            owner=self._ids.person_id(self._rng.choice(self._people)),
            asset=self._ids.enterprise(index),
            share_min_ratio="0",
            share_max_ratio=ratio(most),
        )

    def _write_partners(self, index: int) -> None:
        """Write a general partner with 1 % and limited partners with the rest."""
        manager, *investors = self._rng.sample(self._people, 4)
        self._partner(index, manager, "GP", 100)
        for investor, share in zip(investors, (5000, 3000, 1900), strict=True):
            self._partner(index, investor, "LP", share)

    def _partner(self, index: int, person: int, role: str, share: int) -> None:
        self._site.put(
            "partners",
            partner=self._ids.person_id(person),
            partnership=self._ids.enterprise(index),
            role=role,
            income_ratio=ratio(share),
        )

    def _write_officers(self, index: int, form: str, owned: Ownership | None) -> None:
        """Write the representative (mostly the largest human owner), a manager and, in companies, a supervisor."""
        owners = [person for person, _ in owned.people] if owned else []
        head = owners[0] if owners else self._rng.choice(self._people)
        company = self._ids.enterprise(index)
        self._site.put("legal_representatives", person=self._ids.identity_number(head), company=company)
        posts = [(head, "GENERAL_MANAGER")]
        if form == "COMPANY":
            posts.extend(self._supervisor(index, owners))
        if form == "COMPANY" and index % 10 == 0:
            posts.append((head, "CHAIR"))
        for person, post in posts:
            self._site.put("posts", person=self._ids.identity_number(person), company=company, post=post)

    def _supervisor(self, index: int, owners: list[int]) -> list[tuple[int, str]]:
        """Return the second owner or a stranger; in demo cases no strangers, so that chance relates nobody."""
        if len(owners) > 1:
            return [(owners[1], "SUPERVISOR")]
        return [] if index < DEMO_ENTERPRISES else [(self._rng.choice(self._people), "SUPERVISOR")]

    def _write_concert(self, index: int, owned: Ownership) -> None:
        """Write some first and second shareholders as acting in concert, the first of the cluster's always."""
        planned = index == self._site.spec.cluster.start
        crowd = len(owned.people) > 2 and index >= DEMO_ENTERPRISES
        if not planned and not (crowd and self._rng.random() < 0.15):
            return
        (first, _), (second, _) = owned.people[:2]
        self._site.put("concert_parties", party=self._ids.person_id(first), other=self._ids.person_id(second))

    def _write_board(self, index: int, owned: Ownership) -> None:
        """Write the seats that an ordinary corporate shareholder appoints, about in line with its share."""
        if index < DEMO_ENTERPRISES:
            return
        for holder, share in owned.companies:
            if (seats := round(share * _BOARD / WHOLE)) and holder != index:
                self._site.put(
                    "board_appointments",
                    appointer=self._ids.company_id(holder),
                    company=self._ids.enterprise(index),
                    seats=seats,
                    board_size=_BOARD,
                )
