// ledger: what was loaded, newest first, by source and dataset?
// params: $source STRING?, $dataset STRING?, $before INTEGER?, $limit INTEGER
// returns: number INTEGER, state STRING, source STRING, dataset STRING, file STRING, sha256 STRING,
//   as_of DATE, snapshot STRING?, delivery STRING, published_at DATETIME?, approved_by STRING?,
//   read INTEGER?, loaded INTEGER?, unchanged INTEGER?, quarantined INTEGER?, skipped INTEGER?, closed INTEGER?
// bounds: $limit rows
// access: admin
MATCH (r:LoadRun)
WHERE ($source IS NULL OR r.source = $source) AND ($dataset IS NULL OR r.dataset = $dataset)
  AND ($before IS NULL OR r.number < $before)
RETURN r.number AS number, r.state AS state, r.source AS source, r.dataset AS dataset, r.file AS file, r.sha256 AS sha256, r.as_of AS as_of,
  r.snapshot AS snapshot, r.delivery AS delivery, r.published_at AS published_at, r.approved_by AS approved_by,
  r.read AS read, r.loaded AS loaded, r.unchanged AS unchanged, r.quarantined AS quarantined, r.skipped AS skipped, r.closed AS closed
ORDER BY number DESC LIMIT $limit
