// additions: to which nodes does a dataset add something that others describe?
// params: $source STRING, $dataset STRING, $known_run INTEGER
// returns: node_id STRING
// bounds: a row a node
// access: admin
MATCH (r:Record)
WHERE r.source = $source AND r.dataset = $dataset AND r.run <= $known_run
  AND (r.closed_run IS NULL OR r.closed_run > $known_run) AND r.fields <> '{}'
RETURN r.node_id AS node_id
ORDER BY node_id
