// newest_as_of: of which day is the newest file of a dataset?
// params: $source STRING, $dataset STRING
// returns: as_of DATE?
// bounds: 1 row
// access: admin
MATCH (r:LoadRun)
WHERE r.source = $source AND r.dataset = $dataset AND r.state = 'PUBLISHED'
RETURN max(r.as_of) AS as_of
LIMIT 2
