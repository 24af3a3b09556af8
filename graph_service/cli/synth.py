"""``synth``: write a synthetic city."""

from __future__ import annotations

from pathlib import Path

from graph_service.cli.desk import At
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from loaders.city import CitySpec, write_city


def synth(
    out: Path,
    /,
    *,
    enterprises: int = 5000,
    households: int | None = None,
    seed: int = 1,
    desk: At,
) -> None:
    """Write a synthetic city in the canonical formats. 生成仿真城市

    Parameters
    ----------
    out : Path
        Folder for one CSV file per kind and manifest.json.
    enterprises : int
        30 to 1,000,000; everything else scales with it 企业数.
    households : int, optional
        Farm households, if not two for every five enterprises 农户数.
    seed : int
        The same seed and size give the same bytes 随机种子.
    """
    Policy().authorise(operator(), "cli.synth")  # writes files only, so there is nobody's data to audit
    manifest = write_city(out, CitySpec.of(enterprises, households), seed)
    desk.say(
        f"{manifest.rows} rows in {len(manifest.files)} files, {manifest.quarantined} of them wrong on purpose: {out}"
    )
    desk.say(
        f"Load them with: python -m graph_service load canonical {out} --source city --as-of {manifest.spec.as_of}"
    )
