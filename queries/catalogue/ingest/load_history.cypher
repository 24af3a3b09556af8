// load_history: which runs made the graph what it was known to be at a run?
// params: $until INTEGER, $without LIST<STRING>
// returns: number INTEGER, source STRING, dataset STRING, sha256 STRING, recorded_at DATETIME
// bounds: a row a run, but for those of the datasets in $without
// access: admin
MATCH (l:LoadRun)
WHERE l.number <= $until AND l.state = 'PUBLISHED' AND NOT l.dataset IN $without
RETURN l.number AS number, l.source AS source, l.dataset AS dataset, l.sha256 AS sha256, l.recorded_at AS recorded_at
ORDER BY number
