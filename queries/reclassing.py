"""Risk databases and scores of persons in classes of their own 四类风险数据库与信安分各自授权: what older stores held in wider ones.

A migration is history: what it knows of datasets is written down here, and does not change with the catalogue.
"""

from __future__ import annotations

from queries.engine import Engine

_DATABASES = {
    "OVERDUE": ("OVERDUE_FIRMS", ["overdue_firms", "OVERDUE_FIRMS"]),
    "DEBT_EVADERS": ("DEBT_EVADERS", ["debt_evaders", "DEBT_EVADERS"]),
    "POLICE_DISHONEST": ("POLICE", ["police_dishonest", "POLICE_DISHONEST"]),
    "SUSPICIOUS_ACCOUNTS": ("SUSPICIOUS_ACCOUNTS", ["suspicious_accounts", "SUSPICIOUS_ACCOUNTS"]),
}
"""A listing's database → its class, and the datasets whose refused rows are in it."""
_SCORES = ("PERSON_SCORE", ["person_scores", "PERSON_SCORE"])
_OF_A_DATABASE = (
    "MATCH (n:RiskListing) WHERE n.database = $database SET n.audience = $class",
    "MATCH ()-[e:SUBJECT_OF]->(n:RiskListing) WHERE n.database = $database SET e.audience = $class",
    "MATCH (c:Record) WHERE c.node_label = 'RiskListing' AND c.fields CONTAINS $written SET c.audience = $class",
)
_OF_SCORES = (
    "MATCH (n:ScoreSnapshot) SET n.audience = $class",
    "MATCH ()-[e:SCORED]->(:ScoreSnapshot) SET e.audience = $class",
    "MATCH (c:Record) WHERE c.node_label = 'ScoreSnapshot' SET c.audience = $class",
)
_REFUSED = "MATCH (q:Quarantine) WHERE q.dataset IN $datasets SET q.audience = $class"


def class_of_its_own(engine: Engine) -> None:
    """Give every listing of a risk database and every score, its facts, Records and refused rows, its own class."""
    for database, (audience, datasets) in _DATABASES.items():
        asked = {"database": database, "class": audience, "written": f'"database": "{database}"'}
        for statement in _OF_A_DATABASE:
            engine.write(statement, {n: v for n, v in asked.items() if f"${n}" in statement})
        engine.write(_REFUSED, {"datasets": datasets, "class": audience})
    for statement in _OF_SCORES:
        engine.write(statement, {"class": _SCORES[0]})
    engine.write(_REFUSED, {"datasets": _SCORES[1], "class": _SCORES[0]})
