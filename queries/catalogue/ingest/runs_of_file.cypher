// runs_of_file: which published runs brought this file of a dataset in?
// params: $source STRING, $dataset STRING, $sha256 STRING
// returns: number INTEGER, published_at DATETIME?
// bounds: 1 row
// access: admin
MATCH (r:LoadRun)
WHERE r.source = $source AND r.dataset = $dataset AND r.sha256 = $sha256 AND r.state = 'PUBLISHED'
RETURN r.number AS number, r.published_at AS published_at
ORDER BY number DESC LIMIT 1
