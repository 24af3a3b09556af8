"""Small deliveries, written by a test and loaded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from loaders import Keys, LoadReport, LoadRequest, Vault, load
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc

if TYPE_CHECKING:
    from pathlib import Path

    from schema.ports import GraphStore

KEYS = Keys(b"a key of a test!", 1)
AS_OF = dt.date(2026, 1, 1)
FIRST, SECOND, ABSENT = (make_uscc("91", "441283", f"X000000{n}") for n in (1, 2, 3))
NUMBER = make_resident_id("441283", dt.date(1980, 2, 3), 12)
PERSON = KEYS.person_id(NUMBER)

TOWN: dict[str, list[str]] = {
    "regions": ["code,name,level,parent_code", "441200,某市,CITY,", "441283,某区,COUNTY,441200"],
    "enterprises": [
        "record_id,uscc,name,entity_kind,region_code",
        f"e1,{FIRST},某市宏远机械有限公司,ENTERPRISE,441283",
        f"e2,{SECOND},某市兴农专业合作社,COOPERATIVE,441283",
    ],
    "persons": ["record_id,name,identity_number", f"p1,张三,{NUMBER}"],
    "shareholdings": [
        "record_id,owner,asset,share_ratio,valid_from",
        f"s1,P:{NUMBER},{FIRST},0.6,2020-01-01",
        f"s2,E:{FIRST},{SECOND},0.5,2021-01-01",
    ],
}


def write(directory: Path, kinds: dict[str, list[str]], encoding: str = "utf-8") -> Path:
    """Write a delivery as canonical files."""
    directory.mkdir(parents=True, exist_ok=True)
    for kind, lines in kinds.items():
        (directory / f"{kind}.csv").write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return directory


def deliver(store: GraphStore, directory: Path, **kinds: list[str]) -> LoadReport:
    """Write a delivery and load it."""
    write(directory, kinds)
    return load_path(store, directory)


def load_path(store: GraphStore, path: Path, kind: str = "canonical", **options: Any) -> LoadReport:
    """Load what lies there."""
    request = LoadRequest(kind, path, as_of=AS_OF, **options)
    return load(store, request, Vault(path.parent / "vault", b"v" * 32), KEYS)


def quarantined(store: GraphStore) -> list[dict[str, Any]]:
    """The refused rows, in file order."""
    rows = store.nodes("Quarantine", store.known_run()).rows()
    return sorted(rows, key=lambda row: (row["dataset"], row["line"]))
