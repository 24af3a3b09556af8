"""A city into an empty Neo4j by ``load --bulk`` and the import tool, beside the import tool alone.

Method: a synthetic city, its files generated beforehand. ``load --bulk`` (reading, judging, quarantine, ledger, files) runs in a
process of its own, with its seconds and peak memory; then ``neo4j-admin database import full`` on its files, as the tool itself
times it. The ratio is the tool's time over the time of both: what the import costs bare. The whole size is the city of
100,000 enterprises; ``XINLIAN_SCALE`` shrinks it, and 10 is the city of a million. Measured on two cores that others used too:
1,724,534 rows as files in 456 s (some 230 s of processor time) and 1,039 MB, 2,917,804 elements imported in 42 s; the city of a
million, 17,223,210 rows as files in 2,793 s (some 2,300 s of processor time) and 4,446 MB, 8,529,709 nodes and 20,623,389
relationships imported in 143 s: 0.08 and 0.05 of the bare tool, because every row is judged, by one process.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import rate, seconds
from benchmarks.memory import apart
from benchmarks.scale import scaled, scaled_words
from graph_service.cli.bulk import bulk_service
from graph_service.cli.desk import desk_of
from graph_service.cli.load import deliver
from loaders import LoadRequest, silent
from loaders.city import SOURCE, CitySpec, write_city
from tests.neo4j.importing import import_files

ENTERPRISES = 100_000


def main() -> None:
    """Print both times, the ratio and the peak."""
    spec = CitySpec.of(scaled(ENTERPRISES))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_city(folder / "city", spec, 1)
        (taken, rows), peak = apart(write_files, name, spec)
        (folder / "home" / "conf").mkdir(parents=True)
        (folder / "home" / "conf" / "neo4j.conf").touch()
        found = import_files(folder / "home", folder / "import", heap="2g")
    elements = found.nodes + found.relationships
    print(
        f"bulk_neo4j{scaled_words()}: {rows:,} rows of {spec.enterprises:,} enterprises as import files in {taken:.0f} s "
        f"({rate(rows, taken)}, peak memory {peak:,.0f} MB); {found.nodes:,} nodes and {found.relationships:,} relationships "
        f"imported in {found.seconds:.0f} s ({rate(elements, found.seconds)}); together {rate(elements, taken + found.seconds)}, "
        f"{found.seconds / (taken + found.seconds):.2f} of the bare import tool"
    )


def write_files(name: str, spec: CitySpec) -> tuple[float, int]:
    """Write import files; return the seconds and the rows read."""
    folder, rows = Path(name), list[int]()
    request = LoadRequest("canonical", folder / "city", SOURCE, spec.as_of)
    with bulk_service(desk_of(None, folder / "data"), folder / "import") as service:
        taken = seconds(
            lambda: rows.extend(file.ledger.read for file in deliver(service, request, silent).files)
        )
    return taken, sum(rows)


if __name__ == "__main__":
    main()
