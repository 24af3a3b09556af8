"""The container files hold together, as far as that can be seen without an engine."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.contract.compose_rules import SECRET_NAME, Compose, problems, variables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIX = "GRAPH_SERVICE_"


@pytest.fixture(scope="module")
def compose(root: Path) -> Compose:
    loaded: Compose = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_compose_file_keeps_every_rule(compose: Compose) -> None:
    assert problems(compose) == []


def _put(*path: str, value: Any) -> Callable[[Compose], None]:
    def plant(compose: Compose) -> None:
        for key in path[:-1]:
            compose = compose[key]
        compose[path[-1]] = value

    return plant


def _drop(*path: str) -> Callable[[Compose], None]:
    def plant(compose: Compose) -> None:
        for key in path[:-1]:
            compose = compose[key]
        del compose[path[-1]]

    return plant


SERVICE = ("services", "service")
NEO4J = ("services", "neo4j")
PLANTED = [
    (_put("service", value={}), "no such top-level key"),
    (_put(*SERVICE, "cap_dorp", value=["ALL"]), "no key of a service"),
    (_drop(*NEO4J, "image"), "neither image nor build"),
    (_put(*NEO4J, "image", value="neo4j"), "no fixed tag"),
    (_put(*NEO4J, "image", value="neo4j:latest"), "no fixed tag"),
    (_put(*SERVICE, "restart", value="sometimes"), "no policy"),
    (_drop(*SERVICE, "healthcheck"), "has no health check"),
    (_drop(*NEO4J, "healthcheck"), "which has no check"),
    (_put(*NEO4J, "healthcheck", "intervall", value="3s"), "no key of a health check"),
    (_put(*NEO4J, "healthcheck", "interval", value="often"), "no duration"),
    (_put(*NEO4J, "healthcheck", "test", value=["cypher-shell"]), "must begin with CMD"),
    (_put(*SERVICE, "depends_on", value=["neo4j"]), "would not wait"),
    (_put(*SERVICE, "depends_on", "neo4j", "condition", value="healthy"), "no known condition"),
    (_put(*SERVICE, "depends_on", "redis", value={"condition": "service_started"}), "does not exist"),
    (_put(*SERVICE, "security_opt", value=[]), "may gain privileges"),
    (_put(*SERVICE, "read_only", value=False), "read-only"),
    (_put(*SERVICE, "cap_drop", value=["NET_RAW"]), "without capabilities"),
    (_put(*NEO4J, "environment", "NEO4J_AUTH", value="neo4j/example"), "holds a secret"),
    (_put(*SERVICE, "environment", "GRAPH_SERVICE_PORT", value=8000), "must be text"),
    (_put(*NEO4J, "image", value="neo4j:${NEO4J_VERSION}"), "neither a default nor"),
    (_put(*SERVICE, "environment", "GRAPH_SERVICE_STORE", value="$STORE"), "neither a default nor"),
    (_put(*NEO4J, "environment", "X", value="${NEO4J_PASSWORD:-neo4j}"), "default secret"),
    (_drop("volumes", "neo4j-data"), "volume neo4j-data is not declared"),
    (_drop("networks", "graph"), "networks graph is not declared"),
    (_drop("secrets", "jwks"), "secrets jwks is not declared"),
]


@pytest.mark.parametrize(("plant", "problem"), PLANTED)
def test_a_planted_violation_is_found(
    compose: Compose, plant: Callable[[Compose], None], problem: str
) -> None:
    broken = copy.deepcopy(compose)
    plant(broken)
    assert any(problem in found for found in problems(broken))


def test_every_setting_of_the_service_exists(compose: Compose) -> None:
    from graph_service.settings import Settings

    given = {key.removeprefix(PREFIX).lower() for key in compose["services"]["service"]["environment"]}
    assert given - Settings.model_fields.keys() == set()


def test_the_example_names_every_variable_and_no_secret(root: Path, compose: Compose) -> None:
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    asked = dict(variables(compose))
    assert example.keys() == asked.keys()
    assert {name for name, value in example.items() if not value} == {
        name for name, rule in asked.items() if rule.startswith(":?")
    }
    assert all(not value for name, value in example.items() if SECRET_NAME.search(name))


def _instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Read a Dockerfile as (instruction, rest), continuation lines joined, comments left out."""
    kept = "\n".join(line for line in dockerfile.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", kept)
    return [(line.split()[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def _image_problems(dockerfile: str) -> list[str]:
    steps = _instructions(dockerfile)
    last = dict(steps)
    runs = " && ".join(rest for instruction, rest in steps if instruction == "RUN")
    user = last.get("USER", "root").split(":")[0]
    secret = [rest for step, rest in steps if step in ("ENV", "ARG") and SECRET_NAME.search(rest)]
    order = [step for step, _ in steps]
    kept = {
        "runs as root": user not in ("root", "0") and order.index("USER") > order.index("COPY"),
        "has no health check on /readyz": "/readyz" in last.get("HEALTHCHECK", ""),
        "installs without hashes": "--require-hashes -r requirements.lock" in runs,
        "does not serve": '"-m", "graph_service", "serve"' in last.get("CMD", ""),
        "does not find its packages": "PYTHONPATH=/app" in last.get("ENV", ""),
        "holds a secret": not secret,
        "copies the whole checkout": ("COPY", ". .") not in steps,
    }
    return [problem for problem, fine in kept.items() if not fine]


def test_the_image_keeps_every_rule(root: Path) -> None:
    assert _image_problems((root / "Dockerfile").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("there", "planted", "problem"),
    [
        ("USER 10001:10001", "USER root", "runs as root"),
        ("USER 10001:10001\n", "", "runs as root"),
        ("/readyz", "/", "has no health check on /readyz"),
        ("--require-hashes ", "", "installs without hashes"),
        ('"serve"', '"demo"', "does not serve"),
        ("PYTHONPATH=/app", "PYTHONPATH=/", "does not find its packages"),
        ("PYTHONUNBUFFERED=1", "NEO4J_PASSWORD=example", "holds a secret"),
        ("COPY schema schema", "COPY . .", "copies the whole checkout"),
    ],
)
def test_a_planted_violation_in_the_image_is_found(
    root: Path, there: str, planted: str, problem: str
) -> None:
    broken = (root / "Dockerfile").read_text(encoding="utf-8").replace(there, planted)
    assert problem in _image_problems(broken)


def test_what_the_image_copies_is_in_its_context(root: Path) -> None:
    steps = _instructions((root / "Dockerfile").read_text(encoding="utf-8"))
    copied = {rest.split()[0] for instruction, rest in steps if instruction == "COPY"}
    ignore = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[1] == "*"
    assert copied == {line[1:] for line in ignore if line.startswith("!")}
    assert all((root / path).exists() for path in copied)
