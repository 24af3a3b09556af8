// newest_day: which day does the newest file with rows of a dataset speak of, as known at a run?
// params: $source STRING, $dataset STRING, $known_run INTEGER
// returns: as_of DATE?
// bounds: 1 row
// access: admin
MATCH (r:LoadRun)
WHERE r.source = $source AND r.dataset = $dataset AND r.state = 'PUBLISHED' AND r.number <= $known_run AND r.read > 0
RETURN max(r.as_of) AS as_of
LIMIT 2
