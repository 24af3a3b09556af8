"""Four risk databases and the score of a person, each permitted on its own (S2-18, trap T15), on both stores."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from graph_service.asking import Asking, Question
from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.policy import Policy
from graph_service.trust.principal import Principal
from graph_service.use_cases.consent import ConsentInput, grant_consent, revoke_consent
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.export import export_graph
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.named_queries import ask_named_query
from graph_service.use_cases.parties import node
from graph_service.use_cases.provenance import provenance
from graph_service.use_cases.screening import (
    ScreeningInput,
    ScreeningVerdict,
    decide_screening,
    screen,
)
from graph_service.use_cases.unmatched import unmatched_parties
from graph_service.use_cases.walks import PathWish, find_shortest_paths, neighbours
from graph_service.web.ingest_records import RecordSession
from graph_service.web.ingest_session import Order
from loaders import Keys, LoadReport, LoadRequest, Vault, load
from loaders.identity.screening import Outcome
from loaders.ingest.batches import Format
from loaders.quarantine import refused_row
from queries.engine import Engine
from queries.stores import open_store
from schema.access import PERMITTED_ALONE, Audience, Purpose, Role
from schema.errors import GraphServiceError, NotFound
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc
from tests.contract.permitting import permitting

AS_OF = dt.date(2026, 3, 1)
DATABASES = {
    Audience.OVERDUE_FIRMS: ("overdue_firms", "OVERDUE"),
    Audience.DEBT_EVADERS: ("debt_evaders", "DEBT_EVADERS"),
    Audience.POLICE: ("police_dishonest", "POLICE_DISHONEST"),
    Audience.SUSPICIOUS_ACCOUNTS: ("suspicious_accounts", "SUSPICIOUS_ACCOUNTS"),
}
ALL = frozenset(PERMITTED_ALONE)
NOBODY = frozenset[Audience]()
BANK = make_uscc("91", "441283", "X0000099")
FIRM = {audience: make_uscc("91", "441283", f"X000000{n}") for n, audience in enumerate(DATABASES)}
NAME = dict(
    zip(
        DATABASES,
        ("某市甲丰机械有限公司", "某市乙禾农业有限公司", "某市丙远食品有限公司", "某市丁泰水产有限公司"),
        strict=True,
    )
)
LOST = dict(
    zip(
        DATABASES,
        ("某市失甲有限公司", "某市失乙有限公司", "某市失丙有限公司", "某市失丁有限公司"),
        strict=True,
    )
)
CHIEF, SPOUSE = (make_resident_id("441283", dt.date(1980, 2, 3), n) for n in (11, 12))
LED = FIRM[Audience.OVERDUE_FIRMS]
FILES: Mapping[str, list[str]] = {
    "regions": [
        "code,name,level,parent_code",
        "441283,某区,COUNTY,",
        "441283100,某镇,TOWN,441283",
        "441283100200,某村,VILLAGE,441283100",
    ],
    "enterprises": [
        "record_id,uscc,name,entity_kind,region_code",
        *(f"{FIRM[a]},{FIRM[a]},{NAME[a]},ENTERPRISE,441283" for a in DATABASES),
    ],
    "banks": ["record_id,uscc,name,region_code", f"b1,{BANK},某市第一银行,441283"],
    "persons": ["record_id,name,identity_number", f"p1,甲某,{CHIEF}", f"p2,乙某,{SPOUSE}"],
    "legal_representatives": ["record_id,person,company", f"l1,{CHIEF},{LED}"],
    "households": [
        "record_id,head,village_code,collection_channel,collection_basis",
        f"h1,P:{SPOUSE},441283100200,WHOLE_VILLAGE,CONSENT",
    ],
    "household_members": ["record_id,person,household", f"m1,P:{CHIEF},H:h1"],
    "list_memberships": [
        "record_id,party,list_kind,document_no,listed_on",
        f"n1,E:{FIRM[Audience.SUSPICIOUS_ACCOUNTS]},DISHONEST_DEBTOR,一号,2025-01-01",
    ],
    "person_scores": [
        "record_id,person,scheme,score,scored_on",
        f"s1,{CHIEF},XIN_AN,700,2026-02-01",
        "s2,P:city:gone,XIN_AN,600,2026-02-01",
    ],
    **{
        kind: [
            "record_id,party,database,listed_on",
            f"{kind}-1,E:{FIRM[a]},{database},2025-05-01",
            f"{kind}-2,E:city:{LOST[a]},{database},2025-05-01",
        ]
        for a, (kind, database) in DATABASES.items()
    },
}


@dataclass(frozen=True)
class World:
    """A service over four listed firms, and one person with a score who represents the first."""

    service: Service
    folder: Path

    @property
    def keys(self) -> Keys:
        return Keys(self.service.keys.identity.material)

    def load(self, files: Mapping[str, list[str]]) -> LoadReport:
        folder = self.folder / f"delivery-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        for kind, lines in files.items():
            (folder / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        vault = Vault(self.service.settings.data_dir / "vault", self.service.keys.vault.material)
        return load(self.service.store, LoadRequest("canonical", folder, "city", AS_OF), vault, self.keys)

    def asking(self, who: Principal, policy: Policy | None = None) -> Asking:
        rooms = self.service.rooms
        return Asking(
            Question(who, AS_OF), rooms if policy is None else dataclasses.replace(rooms, policy=policy)
        )

    def permitted(self, *classes: Audience) -> Asking:
        """Somebody who sees what members see, and of what is permitted on its own these classes."""
        return self.asking(ANALYST, permitting(*classes))


ANALYST = Principal(Role.ANALYST, region="441283", purpose=Purpose.STATISTICS, token_id="t")
LENDER = Principal(Role.LENDER, org=f"E:{BANK}", purpose=Purpose.LENDING, token_id="t")


@pytest.fixture
def world(store_url: str, tmp_path: Path) -> Iterator[World]:
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    made = World(service, tmp_path)
    made.load(FILES)
    yield made
    service.close()


# What tells that somebody stands in a database: each way says of which databases it does ------------------------------
def listed(asking: Asking, world: World) -> set[Audience]:
    return {
        a
        for a, (kind, _) in DATABASES.items()
        if found(lambda k=kind: node(asking, "RiskListing", f"city:{k}-1"))
    } | {Audience.PERSON_SCORE for _ in [0] if found(lambda: node(asking, "ScoreSnapshot", "city:s1"))}


def counted(asking: Asking, world: World) -> set[Audience]:
    year = (dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    return {
        a for a, (_, database) in DATABASES.items() if listing_counts(asking, database, *year).cases_listed
    }


def beside(asking: Asking, world: World) -> set[Audience]:
    """By what stands around a party, and how much there is."""
    whose = {a: ("LegalEntity", f"E:{FIRM[a]}") for a in DATABASES}
    whose[Audience.PERSON_SCORE] = ("Person", world.keys.person_id(CHIEF))
    return {
        a
        for a, party in whose.items()
        if len(neighbours(asking, party, ("SUBJECT_OF", "SCORED"))) > (a is Audience.SUSPICIOUS_ACCOUNTS)
    }


def on_paths(asking: Asking, world: World) -> set[Audience]:
    ends = {a: ("RiskListing", f"city:{kind}-1") for a, (kind, _) in DATABASES.items()}
    ends[Audience.PERSON_SCORE] = ("ScoreSnapshot", "city:s1")
    starts = {a: ("LegalEntity", f"E:{FIRM.get(a, LED)}") for a in ends}
    return {
        a
        for a, end in ends.items()
        if found(lambda e=end, s=starts[a]: find_shortest_paths(asking, s, e, PathWish()).paths)
    }


def screened(asking: Asking, world: World) -> set[Audience]:
    hits = {a: screen(asking, ScreeningInput(NAME[a]), world.keys).hits for a in DATABASES}
    return {
        a
        for a, (_, database) in DATABASES.items()
        if any(e.list_kind == database for hit in hits[a] for e in hit.entries)
    }


def exported(asking: Asking, world: World) -> set[Audience]:
    taken = export_graph(asking)
    named = {database: a for a, (_, database) in DATABASES.items()}
    listings = set(taken.nodes["RiskListing"]["database"]) if "RiskListing" in taken.nodes else set()
    scores = {Audience.PERSON_SCORE} if "SCORED" in taken.edges else set()
    assert ("ScoreSnapshot" in taken.nodes) == bool(scores)
    return {named[each] for each in listings} | scores


def sourced(asking: Asking, world: World) -> set[Audience]:
    """By provenance of the node, and by its fact's id."""
    places = {a: ("RiskListing", f"city:{kind}-1", "SUBJECT_OF") for a, (kind, _) in DATABASES.items()}
    places[Audience.PERSON_SCORE] = ("ScoreSnapshot", "city:s1", "SCORED")
    told = {
        a for a, (label, id_, _) in places.items() if found(lambda x=label, i=id_: provenance(asking, x, i))
    }
    by_fact = set()
    for a, (label, id_, relationship) in places.items():
        p = asking.graph
        e, position = p.edges[relationship], p.position(id_, label)
        (place,) = (i for i, end in enumerate(e.end) if end == position)
        fact = p.fact(relationship, place).id
        if found(lambda f=fact: find_source(asking, f)):
            by_fact.add(a)
    assert told == by_fact
    return told


def refused(asking: Asking, world: World) -> set[Audience]:
    """By the rows in quarantine, listed and one by one."""
    asked = {
        **dict.fromkeys(("source", "dataset", "code", "status")),
        "after": "",
        "limit": 50,
        "known_run": asking.known_run,
    }
    kinds = {kind: a for a, (kind, _) in DATABASES.items()} | {"person_scores": Audience.PERSON_SCORE}
    every = world.service.store.query("refused_rows", {**asked, "audiences": [a.value for a in Audience]})
    assert set(every["dataset"]) == kinds.keys()
    seen = world.service.store.query(
        "refused_rows", {**asked, "audiences": [a.value for a in asking.access.classes]}
    )
    shown = {
        r["dataset"]
        for r in every.rows()
        if found(lambda i=r["id"]: refused_row(world.service.store, i, asking.access.classes))
    }
    assert set(seen["dataset"]) == shown
    return {kinds[each] for each in shown}


def unmatched(asking: Asking, world: World) -> set[Audience]:
    waiting = {each.name for each in unmatched_parties(without_region(asking))}
    return {a for a, name in LOST.items() if name in waiting}


def without_region(asking: Asking) -> Asking:
    """The same caller for the whole country: a region bounds what lies nowhere."""
    anywhere = dataclasses.replace(asking.principal, region=None)
    return dataclasses.replace(asking, question=dataclasses.replace(asking.question, principal=anywhere))


def totalled(asking: Asking, world: World) -> int:
    params = {"known_run": asking.known_run, "audiences": [a.value for a in asking.access.classes]}
    counts = dict(zip(*world.service.store.query("label_counts", params).data, strict=True))
    return int(counts.get("RiskListing", 0) + counts.get("ScoreSnapshot", 0))


WAYS: Mapping[str, Callable[[Asking, World], set[Audience]]] = {
    "a list": listed,
    "counts": counted,
    "neighbours": beside,
    "paths": on_paths,
    "screening": screened,
    "an export": exported,
    "provenance": sourced,
    "quarantine": refused,
    "the review queue of names": unmatched,
}
OF_FIRMS_ONLY = frozenset({"counts", "screening", "the review queue of names"})


def found(ask: Callable[[], object]) -> bool:
    try:
        return bool(ask())
    except NotFound:
        return False


def test_s2_18_who_may_see_one_database_sees_that_one_and_no_other(world: World) -> None:
    for classes in (NOBODY, *(frozenset({a}) for a in sorted(PERMITTED_ALONE)), ALL):
        asking = world.permitted(*classes)
        for way, tell in WAYS.items():
            expected = classes - {Audience.PERSON_SCORE} if way in OF_FIRMS_ONLY else classes
            assert tell(asking, world) == expected, (way, classes)
        assert totalled(asking, world) == len(classes)


def test_t15_what_is_hidden_and_what_does_not_exist_sound_the_same(world: World) -> None:
    asking = world.permitted(Audience.POLICE)

    def said(ask: Callable[[], object]) -> tuple[str, str]:
        with pytest.raises(GraphServiceError) as caught:
            ask()
        return caught.value.code, str(caught.value)

    hidden = said(lambda: node(asking, "RiskListing", "city:suspicious_accounts-1"))
    assert hidden == said(lambda: node(asking, "RiskListing", "city:none"))
    start = ("LegalEntity", f"E:{FIRM[Audience.SUSPICIOUS_ACCOUNTS]}")
    away = said(
        lambda: find_shortest_paths(asking, start, ("RiskListing", "city:suspicious_accounts-1"), PathWish())
    )
    assert away == said(lambda: find_shortest_paths(asking, start, ("RiskListing", "city:none"), PathWish()))
    assert said(lambda: provenance(asking, "ScoreSnapshot", "city:s1")) == said(
        lambda: provenance(asking, "ScoreSnapshot", "city:none")
    )
    for name in ("waiting_rows", "open_refusals", "stored_labels"):  # the service's own, which know no caller
        with pytest.raises(NotFound):
            ask_named_query(world.asking(dataclasses.replace(ANALYST, role=Role.OPERATOR)), name, {})


def test_t15_a_decision_on_a_hit_in_one_database_is_not_shown_to_who_does_not_see_it(world: World) -> None:
    """The firm is on a public list as well, so both find it; only one of them finds all that the decision rests on."""
    wish = ScreeningInput(NAME[Audience.SUSPICIOUS_ACCOUNTS])
    party = f"E:{FIRM[Audience.SUSPICIOUS_ACCOUNTS]}"
    sees, sees_not = (world.permitted(*c) for c in ((Audience.SUSPICIOUS_ACCOUNTS,), (Audience.POLICE,)))
    before = screen(sees_not, wish, world.keys)
    verdict = ScreeningVerdict(party, Outcome.CONFIRMED, "可疑账户核实")
    decide_screening(sees, wish, verdict, world.keys)
    again = (world.permitted(*c) for c in ((Audience.SUSPICIOUS_ACCOUNTS,), (Audience.POLICE,)))
    told, untold = (screen(asking, wish, world.keys) for asking in again)
    assert told.hits[0].decided
    assert dataclasses.replace(untold, known_run=before.known_run) == before


def test_s2_18_a_file_of_one_database_cannot_bring_rows_of_another(world: World) -> None:
    header = FILES["debt_evaders"][0]
    told = world.load({"debt_evaders": [header, f"x1,E:{LED},SUSPICIOUS_ACCOUNTS,2025-05-01"]})
    assert told.files[0].ledger.quarantined == 1
    assert listed(world.permitted(Audience.DEBT_EVADERS), world) == {Audience.DEBT_EVADERS}


@pytest.mark.parametrize("classes", [(), (Audience.POLICE,)])
def test_t15_who_describes_a_firm_is_told_only_of_databases_he_sees_that_they_waited_for_it(
    world: World, classes: tuple[Audience, ...]
) -> None:
    firm = make_uscc("91", "441283", "X0000055")
    world.load(
        {"police_dishonest": [FILES["police_dishonest"][0], f"w1,E:{firm},POLICE_DISHONEST,2025-05-01"]}
    )
    policy = permitting(*classes, role=Role.INTEGRATION, purpose=Purpose.OPERATIONS)
    rooms = dataclasses.replace(world.service.rooms, policy=policy)
    sender = Principal(Role.INTEGRATION, org=f"E:{BANK}", purpose=Purpose.OPERATIONS, token_id="t")
    session = RecordSession(
        dataclasses.replace(world.service, rooms=rooms),
        sender,
        Order("enterprises", Format.CSV, "a key", AS_OF),
    )
    body = f"record_id,uscc,name,entity_kind,region_code\nf1,{firm},某市新厂有限公司,ENTERPRISE,441283\n".encode()
    for step in chain(session.feed(body), session.rest()):
        step()
    assert (session.ledger()["loaded"], session.ledger()["retried"]) == (1, len(classes))
    session.close()
    # The row is written, whoever hears of it.
    assert (
        len(neighbours(world.permitted(Audience.POLICE), ("LegalEntity", f"E:{firm}"), ("SUBJECT_OF",))) == 1
    )


# The score of a person ------------------------------------------------------------------------------------------------
def scores_of_the_representative(asking: Asking, firm: str) -> list[object]:
    """From the firm along LEGAL_REP_OF to the person, and on to his score."""
    persons = [each.node.id for each in neighbours(asking, ("LegalEntity", f"E:{firm}"), ("LEGAL_REP_OF",))]
    return [
        each.node.properties["score"]
        for person in persons
        for each in neighbours(asking, ("Person", person), ("SCORED",))
    ]


def test_s2_18_a_legal_representative_s_link_carries_his_score_with_his_own_consent_only(
    world: World,
) -> None:
    chief, spouse = (world.keys.person_id(n) for n in (CHIEF, SPOUSE))

    def subject(party: str) -> Principal:
        return Principal(Role.SUBJECT, subject=party, purpose=Purpose.SUBJECT_ACCESS, token_id="t")

    def grant(by: str, for_whom: str) -> str:
        wish = ConsentInput(for_whom, f"E:{BANK}", Purpose.LENDING, None, None, f"{by}{for_whom}")
        return grant_consent(world.asking(subject(by)), wish).id

    def scores(who: Principal = LENDER) -> list[object]:
        return scores_of_the_representative(world.asking(who), LED)

    assert scores() == []
    grant(f"E:{LED}", f"E:{LED}")  # the firm speaks for itself,
    grant(spouse, spouse)  # and the head of his household for the household
    grant(spouse, "H:city:h1")
    assert world.asking(LENDER).consented >= {f"E:{LED}", spouse, "H:city:h1"}
    assert scores() == []
    given = grant(chief, chief)
    assert scores() == [700.0]
    assert scores(dataclasses.replace(LENDER, purpose=Purpose.POST_LOAN)) == []
    revoke_consent(world.asking(subject(chief)), given)
    assert scores() == []
    assert scores(subject(chief)) == [700.0]
    assert scores(subject(spouse)) == []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ENFORCEMENT, Role.AUDITOR, Role.OPERATOR])
def test_t15_no_duty_opens_a_person_s_score(world: World, role: Role) -> None:
    policy = world.service.rooms.policy
    for purpose in policy.allowed_purposes(role):
        who = Principal(role, region="", purpose=purpose, token_id="t")
        assert scores_of_the_representative(world.asking(who), LED) == []


def test_s2_18_the_shipped_matrix_parts_the_two_police_databases(world: World) -> None:
    def seen(role: Role) -> set[Audience]:
        who = Principal(role, region="441283", purpose=Purpose.INVESTIGATION, token_id="t")
        return listed(world.asking(who), world) & {Audience.POLICE, Audience.SUSPICIOUS_ACCOUNTS}

    assert seen(Role.SUPERVISOR) == {Audience.POLICE}
    assert seen(Role.ENFORCEMENT) == {Audience.POLICE, Audience.SUSPICIOUS_ACCOUNTS}


# Stores of before ------------------------------------------------------------------------------------------------------
WIDER = {
    "OVERDUE": "RESTRICTED",
    "DEBT_EVADERS": "MEMBER",
    "POLICE_DISHONEST": "POLICE",
    "SUSPICIOUS_ACCOUNTS": "POLICE",
}


def undo_the_classes(engine: Engine) -> None:
    """Put a store back to what the version before had written."""
    for database, audience in WIDER.items():
        params = {"database": database, "audience": audience}
        engine.write("MATCH (n:RiskListing {database: $database}) SET n.audience = $audience", params)
        engine.write(
            "MATCH ()-[e:SUBJECT_OF]->(n:RiskListing) WHERE n.database = $database SET e.audience = $audience",
            params,
        )
    for pattern in ("(x:ScoreSnapshot)", "()-[x:SCORED]->()", "(x:Quarantine)", "(x:Record)"):
        engine.write(f"MATCH {pattern} SET x.audience = 'RESTRICTED'", {})
    engine.write("MATCH (c:RunCounter {id: 'runs'}) SET c.schema = 1", {})


def test_s2_18_a_store_of_the_version_before_gets_the_classes_once(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_IDENTITY_KEY", hashlib.sha256(b"a test").hexdigest())
    folder = tmp_path / "before"
    folder.mkdir()
    service = open_service(Settings(store=store_url, data_dir=folder / "data"), "test")
    World(service, folder).load(FILES)
    second = [FILES["person_scores"][0], f"s1,{CHIEF},XIN_AN,710,2026-02-15"]
    report = World(service, folder).load({"person_scores": second})
    assert report.changed  # so that Records hold the score's rows
    service.close()
    with closing(open_store(store_url)) as store:
        undo_the_classes(store._engine)  # type: ignore[attr-defined]
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    try:
        world = World(service, folder)
        for audience in sorted(PERMITTED_ALONE):
            assert listed(world.permitted(audience), world) == {audience}
            assert beside(world.permitted(audience), world) == {audience}
        stated = service.store.sayings("ScoreSnapshot", "city:s1", service.store.known_run())
        assert set(stated["audience"]) == {"PERSON_SCORE"}
        assert service.store.problems() == []
    finally:
        service.close()
