"""One object over GraphQL against plain Strawberry. Goal: at least 7 times as fast.

Method: ``enterpriseByCode`` with nine fields, in process, as the operator, on a loaded village: our execution (documents
parsed, measured and validated once) against a plain ``strawberry.Schema`` of the same types that parses and validates
every time. Both authorise, compute and write their audit row, and the time of that, measured by itself, is shown.
200 requests a round, medians of 5, interleaved. Measured: 3.1 times, 6.2 times without the use-case and its
audit row (594 against 1,830 µs, of which 357 are the use-case, Strawberry 0.341.2): below the goal.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import strawberry
from strawberry.schema.config import StrawberryConfig

from benchmarks.measure import interleaved, seconds
from graph_service.api.caller import Caller, When
from graph_service.api.execution import Request, execute
from graph_service.api.mutations import Mutation
from graph_service.api.nodes import NODE_TYPES
from graph_service.api.queries import Query
from graph_service.api.scalars import SCALARS
from graph_service.api.sources import read
from graph_service.cli.desk import desk_of
from graph_service.cli.load import deliver
from graph_service.trust.principal import operator
from graph_service.use_cases.parties import NodeAnswer, enterprise_by_code
from loaders import LoadRequest, silent
from loaders.city import SOURCE, CitySpec, write_city

REQUESTS = 200
FIELDS = "id name uscc status scale industryCode regionCode registeredOn stateOwned"


def main() -> None:
    """Print the ratio."""
    plain = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=tuple(NODE_TYPES.values()),
        config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read),
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_city(folder / "city", CitySpec.village(), 1)
        with desk_of(f"embedded:{folder / 'graph.kgl'}", folder).service() as service:
            request = LoadRequest("canonical", folder / "city", SOURCE, manifest.spec.as_of)
            deliver(service, request, silent)
            caller = Caller(service, operator())
            code = manifest.cases["core"].id
            query = f'{{ enterpriseByCode(code: "{code}") {{ {FIELDS} }} }}'

            def ours(_: int) -> float:
                return seconds(lambda: [execute(Request(query), caller) for _ in range(REQUESTS)])

            def peer(_: int) -> float:
                return seconds(
                    lambda: [plain.execute_sync(query, context_value=caller) for _ in range(REQUESTS)]
                )

            def use_case(_: int) -> float:
                return seconds(lambda: [_asked(caller, code) for _ in range(REQUESTS)])

            _check(execute(Request(query), caller).body, plain.execute_sync(query, context_value=caller).data)
            taken = interleaved({"ours": ours, "plain": peer, "use-case": use_case})
    each = {name: 1e6 * total / REQUESTS for name, total in taken.items()}
    edge = (each["plain"] - each["use-case"]) / (each["ours"] - each["use-case"])
    print(
        f"graphql_object: {taken['plain'] / taken['ours']:.1f} x plain Strawberry {version('strawberry-graphql')}, "
        f"{edge:.1f} x without the use-case and its audit row ({each['ours']:.0f} against {each['plain']:.0f} µs, "
        f"of which {each['use-case']:.0f} the use-case; goal 7)"
    )


def _asked(caller: Caller, code: str) -> NodeAnswer:
    return caller.ask("enterpriseByCode", {}, When(), lambda asking: enterprise_by_code(asking, code))


def _check(ours: dict[str, object], plain: object) -> None:
    if ours != {"data": plain} or plain is None:
        raise SystemExit(f"The two do not answer alike: {ours} {plain}")
