"""Provenance on the wire: who stated the value that is shown, and who stated another one."""

from __future__ import annotations

import datetime as dt

import strawberry

from graph_service.api.scalars import Cell, Long


@strawberry.type(description="What one row states of a property 一条记录的说法.")
class Statement:
    """Mirrors ``use_cases.provenance.Statement``."""

    value: Cell | None = strawberry.field(description="The value; amounts in fen, dates as text 值.")
    source: str = strawberry.field(description="Who delivered it 来源.")
    dataset: str = strawberry.field(description="Which data set 数据集.")
    batch: Long = strawberry.field(description="Run that brought the file 批次.")
    record_id: str = strawberry.field(description="The row: <source>/<dataset>@<run>.<line> 记录编号.")
    file: str = strawberry.field(description="File name; empty for what was entered through the API 文件名.")
    sha256: str = strawberry.field(description="SHA-256 of the file's bytes 文件摘要.")
    line: int = strawberry.field(description="Line in the file; the header is line 1 行号.")
    as_of: dt.date = strawberry.field(description="Day that the file describes 数据日期.")


@strawberry.type(description="Where the value of a property comes from 字段来源.")
class PropertyProvenance:
    """Mirrors ``use_cases.provenance.PropertyProvenance``."""

    name: str = strawberry.field(description="The property, as the data dictionary names it 字段.")
    chosen: Statement = strawberry.field(description="Whose word is shown, by the declared precedence 采信.")
    others: list[Statement] = strawberry.field(description="Whose is not, best first 未采信.")
