"""No file, however spoilt, crashes a loader, and none loses a row in silence.

Every loader is given good files that were damaged: in their cells, columns and rows, in their structure, in their bytes. What
comes of it is an error that says what is wrong, and a store as it was before; or a ledger that balances and is that of the
store, where each row is found or refused with evidence; and the same file a second time changes nothing.

``--hypothesis-profile=long`` searches for more, with new examples every time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import LoadReport, LoadRequest, Vault, load
from loaders.agreements import Agreement, Agreements, Terms
from loaders.approval import Reception, approve, receive
from loaders.city import SOURCE
from schema.datasets import DATASETS, Dataset
from schema.kinds import KINDS
from schema.periods import Period
from schema.ports import GraphStore
from tests.integration.deliveries import KEYS
from tests.integration.formats import FORMATS
from tests.property.fuzzing.accounts import Ground, ground, judge
from tests.property.fuzzing.documents import json_file, xml_file
from tests.property.fuzzing.samples import DAYS, DELIVERED, TABLES, City, supplier_of
from tests.property.fuzzing.tables import Sheet, damaged, delimited, lines_of_json, parquet, spoilt, workbook

Files = dict[str, bytes]


def tries(examples: int) -> Callable[[Any], Any]:
    """Set how many examples a test has: a few that are the same every time, unless the profile asks for a search."""
    search = settings.get_current_profile_name() == "long"
    many = settings.get_profile("long").max_examples if search else examples
    quick = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=many, derandomize=not search, suppress_health_check=quick)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def town(city: City) -> Ground:
    """A store that holds the city."""
    return ground(city.folder.parent / "town", city.load_into)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ground]:
    """Stores for public formats: one that is empty, and one a format that holds the good files of two days."""
    folder = tmp_path_factory.mktemp("grounds")
    found = {"": ground(folder / "empty")}
    for kind in ("gleif", "bods", "ftm", "finbench", "listed_companies", "shuanggongshi"):
        form = FORMATS[kind]
        found[kind] = ground(
            folder / kind, lambda store, form=form: form.deliver(store, folder, "good", DAYS[1])
        )
    return found


def deliver(store: GraphStore, request: LoadRequest, vault: Vault) -> LoadReport:
    return load(store, request, vault, KEYS)


def attempt(
    under: Ground, files: Files, kind: str, deliver: Any = deliver, rows: int | None = None, **said: Any
) -> str:
    """Write files and deliver them, one by itself or a folder."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "delivery"
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_bytes(content)
        path = folder / next(iter(files)) if len(files) == 1 else folder
        return judge(under, Path(name), LoadRequest(kind, path, **said), deliver, rows)


@st.composite
def tables(draw: st.DrawFn, sheet: Sheet, delimiter: str = ",") -> tuple[bytes, int | None]:
    """Spoil a table and write it as text, lines of JSON or a workbook; say of undamaged text how many rows it has."""
    found = draw(spoilt(sheet))
    form = draw(st.sampled_from([delimited(found, delimiter)] * 4 + [lines_of_json(found), workbook(found)]))
    written = draw(form)
    content = draw(damaged(written))
    is_text = not content.startswith((b"{", b"\xef\xbb\xbf{", b"PK")) and content == written
    return content, sum(map(bool, found.rows)) if is_text else None


OPTIONS = st.fixed_dictionaries(
    {"as_of": st.sampled_from(DAYS), "source": st.sampled_from([SOURCE, SOURCE, "other"])},
    optional={"snapshot": st.just(value=True), "agreement": st.booleans()},
)


def asked(options: dict[str, Any], kind: str) -> dict[str, Any]:
    """Turn drawn options into those of a request: a snapshot states the whole kind."""
    if not options.pop("snapshot", False):
        return options
    return options | {"snapshot": f"{options['source']}/{kind}", "accept_vanished": True}


@pytest.mark.parametrize("kind", [*KINDS])
@tries(3)
@given(data=st.data())
def test_canonical_files(kind: str, city: City, town: Ground, data: st.DataObject) -> None:
    content, rows = data.draw(tables(city.some(kind)))
    attempt(town, {f"{kind}.csv": content}, kind, rows=rows, **asked(data.draw(OPTIONS), kind))


@tries(3)
@given(data=st.data())
def test_parquet_files(city: City, town: Ground, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([*KINDS]))
    content = data.draw(parquet(data.draw(spoilt(city.some(kind)))))
    attempt(town, {f"{kind}.parquet": data.draw(damaged(content))}, kind, **asked(data.draw(OPTIONS), kind))


@tries(3)
@given(data=st.data())
def test_folders_of_canonical_files(city: City, town: Ground, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from([*KINDS]), min_size=2, max_size=5, unique=True))
    files = {f"{kind}.csv": data.draw(tables(city.some(kind)))[0] for kind in kinds}
    attempt(town, files, "canonical", as_of=data.draw(st.sampled_from(DAYS)), source=SOURCE)


# datasets under agreements --------------------------------------------------------------------------------------------
@st.composite
def agreements(draw: st.DrawFn, dataset: Dataset) -> Agreements:
    """Draw no agreement, or one that names all columns or not all, and may ask for a signature or the enterprise list."""
    columns = (
        [column for column in dataset.kind.headers if column not in dataset.constants] if dataset.kind else []
    )
    fields = draw(st.sampled_from([None, columns, columns, columns[:-1]]))
    if fields is None:
        return Agreements(())
    period = draw(st.sampled_from([Period(None, None), Period(None, None), Period(DAYS[1], None)]))
    terms = Terms(
        "A-1",
        dataset.code,
        frozenset(fields),
        period,
        four_eyes=draw(st.booleans()),
        enterprise_list=draw(st.integers(0, 4)) == 4,
    )
    return Agreements((Agreement("A-1", "协议", supplier_of(dataset), "甲", "", (terms,)),))


@pytest.mark.parametrize("code", [each.code for each in DELIVERED])
@tries(2)
@given(data=st.data())
def test_datasets_under_agreements(code: str, city: City, town: Ground, data: st.DataObject) -> None:
    dataset = DATASETS[code]
    content, rows = data.draw(tables(city.some_of(dataset)))
    bound = data.draw(agreements(dataset))

    def receive_and_sign(store: GraphStore, request: LoadRequest, vault: Vault) -> LoadReport:
        desk = Reception(store, vault, KEYS, bound)
        receipt = receive(desk, request, "甲")
        if receipt.report is None:
            receipt = approve(desk, receipt.batch.id, "乙")
        assert receipt.report is not None
        return receipt.report

    options = asked(data.draw(OPTIONS) | {"source": supplier_of(dataset)}, code)
    attempt(town, {"delivery.csv": content}, code, receive_and_sign, rows, **options)


# public formats -------------------------------------------------------------------------------------------------------
@st.composite
def spoilt_files(
    draw: st.DrawFn, files: Mapping[str, str], spoil: Callable[[str, str], st.SearchStrategy[bytes]]
) -> Files:
    """Spoil one or two of the files of a delivery; one may be missing."""
    chosen = draw(st.sets(st.sampled_from(sorted(files)), min_size=1, max_size=2))
    found = {
        name: draw(spoil(name, text)) if name in chosen else text.encode() for name, text in files.items()
    }
    if len(found) > 1 and draw(st.integers(0, 19)) == 19:
        del found[draw(st.sampled_from(sorted(found)))]
    return found


def delivered_on(data: st.DataObject, kind: str) -> dict[str, Any]:
    """Draw when it comes, and whether it states all."""
    whole = {"snapshot": kind, "accept_vanished": True} if data.draw(st.integers(0, 3)) == 3 else {}
    return whole | {"as_of": data.draw(st.sampled_from(DAYS)), "partial": data.draw(st.booleans())}


@pytest.mark.parametrize("name", [*TABLES])
@tries(8)
@given(data=st.data())
def test_tables_of_public_formats(name: str, grounds: dict[str, Ground], data: st.DataObject) -> None:
    kind, good, delimiter = TABLES[name]

    def spoil(_: str, text: str) -> st.SearchStrategy[bytes]:
        return tables(Sheet.of_text(text, delimiter), delimiter).map(lambda table: table[0])

    files = data.draw(spoilt_files(good, spoil))
    attempt(grounds[data.draw(st.sampled_from(["", kind]))], files, kind, **delivered_on(data, kind))


def spoil_document(name: str, text: str) -> st.SearchStrategy[bytes]:
    if name.endswith(".xml"):
        written = xml_file(text)
    elif text.startswith("["):
        written = json_file(json.loads(text), lines=False)
    else:
        written = json_file([json.loads(line) for line in text.splitlines()], lines=True)
    return written.flatmap(damaged)


@pytest.mark.parametrize("kind", ["gleif", "bods", "ftm"])
@tries(12)
@given(data=st.data())
def test_documents_of_public_formats(kind: str, grounds: dict[str, Ground], data: st.DataObject) -> None:
    files = data.draw(spoilt_files(FORMATS[kind].good, spoil_document))
    attempt(grounds[data.draw(st.sampled_from(["", kind]))], files, kind, **delivered_on(data, kind))
