// refused_rows: which rows were refused, by source, dataset, rule and status?
// params: $source STRING?, $dataset STRING?, $code STRING?, $status STRING?, $after STRING, $limit INTEGER,
//   $known_run INTEGER, $audiences LIST<STRING>
// returns: id STRING, status STRING, source STRING, dataset STRING, file STRING, line INTEGER, record STRING?,
//   errors STRING, policy_version STRING, reason STRING?, decided_by STRING?, decided_at DATETIME?
// bounds: $limit rows
// access: admin
MATCH (q:Quarantine)
WHERE q.run <= $known_run AND q.audience IN $audiences AND q.id > $after
  AND ($source IS NULL OR q.source = $source)
  AND ($dataset IS NULL OR q.dataset = $dataset)
  AND ($status IS NULL OR q.status = $status)
  AND ($code IS NULL OR q.errors CONTAINS '"code": "' + $code + '"')
RETURN q.id AS id, q.status AS status, q.source AS source, q.dataset AS dataset, q.file AS file, q.line AS line, q.record AS record, q.errors AS errors,
  q.policy_version AS policy_version, q.reason AS reason, q.decided_by AS decided_by, q.decided_at AS decided_at
ORDER BY id LIMIT $limit
