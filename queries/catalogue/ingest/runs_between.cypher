// runs_between: which runs were published after one number, up to another?
// params: $since INTEGER, $until INTEGER
// returns: number INTEGER, source STRING, dataset STRING
// bounds: a row a run
// access: admin
MATCH (l:LoadRun)
WHERE l.number > $since AND l.number <= $until AND l.state = 'PUBLISHED'
RETURN l.number AS number, l.source AS source, l.dataset AS dataset
ORDER BY number
