"""What a compose file must keep, judged without an engine.

The vocabulary is that of the Compose Specification, as far as a file of ours could wish to use it; a word
outside it is most likely misspelt, and an engine would refuse the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Compose = dict[str, Any]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOP_KEYS = _words("configs include models name networks secrets services volumes")
SERVICE_KEYS = _words("""annotations build cap_add cap_drop command configs container_name cpus depends_on deploy dns entrypoint
    env_file environment expose extends extra_hosts group_add healthcheck hostname image init labels logging
    mem_limit networks pids_limit platform ports profiles pull_policy read_only restart secrets security_opt
    shm_size stop_grace_period stop_signal sysctls tmpfs ulimits user volumes working_dir""")
HEALTH_KEYS = _words("disable interval retries start_interval start_period test timeout")
CONDITIONS = _words("service_started service_healthy service_completed_successfully")
RESTARTS = re.compile(r"no|always|unless-stopped|on-failure(:\d+)?")
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|AUTH$|KEY", re.IGNORECASE)
VARIABLE = re.compile(r"(?<!\$)(?:\$\$)*\$(?:\{(?P<name>\w+)(?P<rule>[^}]*)\}|(?P<bare>\w+))")


def problems(compose: Compose) -> list[str]:
    """Return what is wrong with a compose file, each problem in one sentence."""
    found = [f"{key}: no such top-level key" for key in compose if key not in TOP_KEYS]
    for name, service in compose["services"].items():
        checks = (_vocabulary, _health, _start, _hardening, _environment)
        found += [f"{name}: {problem}" for check in checks for problem in check(service)]
        found += [f"{name}: {problem}" for problem in _references(service, compose)]
    return found + list(_variables(compose))


def variables(part: object) -> set[tuple[str, str]]:
    """Return every ``${NAME…}`` under a part of the file with what follows the name (``:?…``, ``:-…``)."""
    return {
        (match["name"] or match["bare"], match["rule"] or "")
        for text in strings(part)
        for match in VARIABLE.finditer(text)
    }


def strings(part: object) -> Iterator[str]:
    """Yield every text value under a part of the file."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)


def _vocabulary(service: Compose) -> Iterator[str]:
    for key in service.keys() - SERVICE_KEYS:
        yield f"{key} is no key of a service"
    if not service.keys() & {"image", "build"}:
        yield "has neither image nor build"
    if not RESTARTS.fullmatch(service.get("restart", "no")):
        yield f"restart {service['restart']} is no policy"
    if service.get("image", "x:1").rpartition(":")[2] in ("latest", service.get("image")):
        yield "image has no fixed tag"


def _health(service: Compose) -> Iterator[str]:
    health = service.get("healthcheck")
    if not health or health.get("disable") or "test" not in health:
        yield "has no health check"
        return
    for key in health.keys() - HEALTH_KEYS:
        yield f"healthcheck.{key} is no key of a health check"
    if not isinstance(health["test"], list) or health["test"][0] not in ("CMD", "CMD-SHELL"):
        yield "healthcheck.test must begin with CMD or CMD-SHELL"
    for key in health.keys() & {"interval", "timeout", "start_period", "start_interval"}:
        if not DURATION.fullmatch(str(health[key])):
            yield f"healthcheck.{key} is no duration"


def _start(service: Compose) -> Iterator[str]:
    depends = service.get("depends_on", {})
    if isinstance(depends, list):
        yield "depends_on is a list: it would not wait for health"
        return
    for other, how in depends.items():
        if how.get("condition") not in CONDITIONS:
            yield f"depends_on.{other} has no known condition"


def _hardening(service: Compose) -> Iterator[str]:
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if service.get("privileged"):
        yield "is privileged"
    if "build" in service and not (service.get("read_only") and service.get("cap_drop") == ["ALL"]):
        yield "our own image runs read-only and without capabilities"


def _environment(service: Compose) -> Iterator[str]:
    for key, value in service.get("environment", {}).items():
        if not isinstance(value, str):
            yield f"{key} must be text (quote it)"
        elif SECRET_NAME.search(key) and not (value.startswith("/run/secrets/") or ":?" in value):
            yield f"{key} holds a secret in the file"


def _references(service: Compose, compose: Compose) -> Iterator[str]:
    """What a service names must be declared."""
    for kind in ("networks", "secrets"):
        for name in service.get(kind, []):
            if name not in compose.get(kind, {}):
                yield f"{kind} {name} is not declared"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith((".", "/", "~", "$")) and source not in compose.get("volumes", {}):
            yield f"volume {source} is not declared"
    depends = service.get("depends_on", {})
    for other in depends if isinstance(depends, dict) else {}:
        target = compose["services"].get(other)
        if target is None:
            yield f"depends on {other}, which does not exist"
        elif depends[other].get("condition") == "service_healthy" and "healthcheck" not in target:
            yield f"waits for the health of {other}, which has no check"


def _variables(compose: Compose) -> Iterator[str]:
    for name, rule in sorted(variables(compose)):
        if not rule.startswith((":?", ":-")):
            yield f"variable {name} has neither a default nor a message for its absence"
        if rule.startswith(":-") and SECRET_NAME.search(name):
            yield f"variable {name} has a default secret"
