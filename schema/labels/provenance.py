"""Where facts come from: runs, versions of nodes, refused rows."""

from schema.access import Audience
from schema.fields import date, instant, integer, text
from schema.node_type import NodeType

PROVENANCE = (
    NodeType(
        "LoadRun",
        "加载批次",
        Audience.MEMBER,
        (
            integer("number", "批次号", doc="in order of publication"),
            text("delivery", "交付", doc="runs of one delivery are published together"),
            text("source", "来源"),
            text("dataset", "数据集"),
            text("file", "文件名"),
            text("sha256", "文件摘要"),
            date("as_of", "数据日期"),
            text("state", "状态", "STAGED", "PUBLISHED"),
            instant("recorded_at", "记录时间"),
            instant("published_at", "发布时间"),
            text("approved_by", "批准人"),
            text("host", "主机"),
            integer("pid", "进程"),
            integer("read", "读取"),
            integer("loaded", "加载"),
            integer("unchanged", "未变"),
            integer("quarantined", "隔离"),
            integer("skipped", "跳过"),
        ),
        id_form="R:<number>",
    ),
    NodeType(
        "Record",
        "记录",
        Audience.RESTRICTED,
        (
            text("node_id", "所述节点"),
            text("node_label", "节点类型"),
            text("source", "来源"),
            text("dataset", "数据集"),
            integer("closed_run", "关闭批次"),
            date("valid_from", "起"),
            text("kinds", "种类标签", doc="JSON list"),
            text("fields", "字段", doc="canonical JSON of the row's fields"),
        ),
        id_form="<node id>#<source>/<dataset>@<run>.<line>",
    ),
    NodeType(
        "Quarantine",
        "隔离记录",
        Audience.RESTRICTED,
        (
            text("source", "来源"),
            text("dataset", "数据集"),
            text("file", "文件"),
            text("sheet", "工作表"),
            text("row_hash", "行摘要"),
            text("raw_row", "原始行", doc="JSON, identity numbers masked"),
            text("errors", "错误", doc="JSON list of {field, code, value (masked), rule}"),
            text("policy_version", "校验规则版本"),
            text("status", "状态", "OPEN", "FIXED", "WAIVED"),
            text("pending", "待补", doc="JSON of the relationships that wait for a missing endpoint"),
        ),
        id_form="Q:<hash of source, dataset and the keyed hash of the row>",
    ),
)
