"""Evidence: the facts that an answer cites, and the row of the file behind each."""

from __future__ import annotations

import datetime as dt

import strawberry

from graph_service.api.scalars import Long


@strawberry.type(description="One version of one relationship, cited as evidence 事实.")
class Fact:
    """Mirrors ``algorithms.evidence.Fact``."""

    id: str = strawberry.field(description="Fact id: give it to `fact` for the source row 事实标识.")
    relationship: str = strawberry.field(description="What it states, e.g. OWNS 关系.")
    start: str = strawberry.field(description="Graph id of the node it starts at 起点.")
    end: str = strawberry.field(description="Graph id of the node it leads to 终点.")
    run: Long = strawberry.field(description="Run that wrote it 写入批次.")
    line: int = strawberry.field(description="Line in that run's file; the header is line 1 行号.")


@strawberry.type(description="The row of the file that stated a fact 事实来源.")
class SourceRow:
    """Mirrors ``use_cases.evidence.SourceRow``."""

    fact_id: str = strawberry.field(description="The fact 事实标识.")
    relationship: str = strawberry.field(description="What it states 关系.")
    start: str = strawberry.field(description="Graph id of the node it starts at 起点.")
    end: str = strawberry.field(description="Graph id of the node it leads to 终点.")
    run: Long = strawberry.field(description="Run that wrote it 写入批次.")
    source: str = strawberry.field(description="Who delivered it 来源.")
    dataset: str = strawberry.field(description="Which data set 数据集.")
    file: str = strawberry.field(description="File name; empty for what was entered through the API 文件名.")
    sha256: str = strawberry.field(description="SHA-256 of the file's bytes 文件摘要.")
    line: int = strawberry.field(description="Line in the file; the header is line 1 行号.")
    as_of: dt.date = strawberry.field(description="Day that the file describes 数据日期.")
    recorded_at: dt.datetime = strawberry.field(description="When it was written 记录时间.")
    published_at: dt.datetime = strawberry.field(description="When it became visible 发布时间.")
    valid_from: dt.date | None = strawberry.field(
        description="First day on which it holds; null: since ever 有效起."
    )
    valid_to: dt.date | None = strawberry.field(
        description="First day on which it no longer holds; null: still 有效止."
    )
