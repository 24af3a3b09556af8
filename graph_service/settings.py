"""Settings: everything a deployment may choose, read from the environment (prefix ``GRAPH_SERVICE_``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.errors import ConfigurationError


class Settings(BaseSettings):
    """One deployment's choices; the defaults run the embedded store on this machine alone."""

    model_config = SettingsConfigDict(env_prefix="GRAPH_SERVICE_", extra="ignore")

    store: str = Field(
        "embedded:.data/graph.kgl", description="embedded:PATH, neo4j://HOST:PORT or bolt://HOST:PORT"
    )
    neo4j_user: str | None = Field(None, description="user of the Neo4j store")
    neo4j_password: SecretStr | None = Field(None, description="its password")
    data_dir: Path = Field(Path(".data"), description="audit log, raw vault and keys of this machine")
    jwks_file: Path | None = Field(None, description="public keys of the token issuer (RFC 7517)")
    issuer: str | None = Field(None, description="required `iss` of a token")
    audience: str | None = Field(None, description="required `aud` of a token")
    identity_key: SecretStr | None = Field(None, description="key of the identity-number HMAC, 64 hex digits")
    identity_key_file: Path | None = Field(None, description="file with that key; else made once in data_dir")
    audit_key: SecretStr | None = Field(None, description="key of the audit chain, 64 hex digits")
    audit_key_file: Path | None = Field(None, description="file with that key; else made once in data_dir")
    vault_key: SecretStr | None = Field(None, description="key of the raw-file vault, 64 hex digits")
    vault_key_file: Path | None = Field(None, description="file with that key; else made once in data_dir")
    agreements_dir: Path | None = Field(
        None, description="folder of the centre's own sharing agreements (*.toml); else the SAMPLE ones"
    )
    request_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        30.0, description="time limit of one request, and of one batch of /ingest"
    )
    ingest_megabytes: Annotated[int, Field(gt=0, le=1 << 20)] = Field(
        512, description="largest body of one request to /ingest"
    )


def read_settings(**overrides: object) -> Settings:
    """Read the settings; command-line values that are not None override the environment.

    Raises
    ------
    ConfigurationError
        A variable has a value of the wrong form.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"GRAPH_SERVICE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"Settings: {wrong}.") from None
