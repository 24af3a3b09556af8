// files_settled: which files brought rows into the graph, at once or when what they lacked had come?
// params: $known_run INTEGER
// returns: source STRING, dataset STRING, sha256 STRING, as_of DATE
// bounds: a row a file
// access: admin
MATCH (r:LoadRun)
WHERE r.state = 'PUBLISHED' AND r.number <= $known_run AND r.loaded > 0 AND r.sha256 <> ''
RETURN DISTINCT r.source AS source, r.dataset AS dataset, r.sha256 AS sha256, r.as_of AS as_of
ORDER BY sha256, source, dataset, as_of
