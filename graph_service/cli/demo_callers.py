"""One ready command per kind of user, each with a token of the demonstration's own issuer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph_service.trust.demo_issuer import DemoIssuer, Grant
from loaders import Keys
from loaders.city import CityManifest
from schema.access import Purpose, Role

# Written to be read and pasted: each fits on a line, and says enough to go on from.
ELIGIBILITY: Final = (
    '{ chainCreditEligibility(programme: "%s", member: "%s", %s) { decision { decision bindingTerm '
    "standaloneLimit { fen } terms { key status value { fen } citation } refusals { rule { id citation } } "
    "path { id start end } } rulebooks } }"
)
OWNERS: Final = (
    '{ beneficialOwners(id: "%s", %s) { decision citation owners { edges { node { party { ... on Person { name } } '
    "decision walks simple findings { standard ground chains { weight nodes facts { id } } } } } } } }"
)
TREE: Final = (
    '{ ownershipTree(id: "%s", depth: 3, %s) { holdings { edges { node { depth fact { id start end } '
    "properties { shareRatio } } } } truncated } }"
)
PROGRAMME: Final = (
    '{ chainProgram(id: "%s", %s) { decision { pool { available { fen } allocated { fen } } members(first: 100) '
    "{ totalCount edges { node { member decision bindingTerm allocatedLimit { fen } } } } } } }"
)
QUERY_LOG: Final = "{ myQueryLog(first: 5) { edges { node { at role purpose operation decision about } } } }"


@dataclass(frozen=True)
class DemoCaller:
    """A kind of user: what he asks, why, and what his token says."""

    who: str
    asks: str
    grant: Grant
    purpose: Purpose
    query: str

    def command(self, url: str, issuer: DemoIssuer) -> str:
        """Return a command line that can be pasted into a shell."""
        headers = (
            "content-type: application/json",
            f"authorization: Bearer {issuer.issue(self.grant)}",
            f"x-purpose: {self.purpose}",
        )
        words = ["curl", "-sS", f"{url}/graphql"]
        for header in headers:
            words += ["-H", header]
        return shlex.join([*words, "-d", json.dumps({"query": self.query}, ensure_ascii=False)])


def demo_callers(manifest: CityManifest, keys: Keys) -> Iterator[DemoCaller]:
    """Return one caller per kind of user, with questions about the city's demo cases."""
    ids = {name: case.graph_id or "" for name, case in manifest.cases.items()}
    bank, region = ids["bank"], manifest.cases["core"].id[2:6]
    day = f'asOf: "{manifest.spec.as_of}"'
    programme, household = ids["programme"], ids["household_eligible"]
    head = keys.person_id(manifest.cases["household_head"].id)
    yield DemoCaller(
        "lender 银行",
        "May this household borrow under that core enterprise, how much, and why?",
        Grant(Role.LENDER, org=bank, name="demo lender"),
        Purpose.LENDING,
        ELIGIBILITY % (programme, household, day),
    )
    yield DemoCaller(
        "supervisor 监管",
        "Who is behind this enterprise?",
        Grant(Role.SUPERVISOR, region=region, name="demo supervisor"),
        Purpose.SUPERVISION,
        OWNERS % (ids["enterprise_with_owners"], day),
    )
    yield DemoCaller(
        "analyst 分析",
        "Who holds shares of it, level by level?",
        Grant(Role.ANALYST, region=region, name="demo analyst"),
        Purpose.STATISTICS,
        TREE % (ids["enterprise_with_owners"], day),
    )
    yield DemoCaller(
        "integration 集成",
        "What can each member of this programme draw?",
        Grant(Role.INTEGRATION, org=bank, name="demo integration"),
        Purpose.LENDING,
        PROGRAMME % (programme, day),
    )
    yield DemoCaller(
        "subject 本人",
        "Who asked about me and my household?",
        Grant(Role.SUBJECT, subject=head, name="demo subject"),
        Purpose.SUBJECT_ACCESS,
        QUERY_LOG,
    )
