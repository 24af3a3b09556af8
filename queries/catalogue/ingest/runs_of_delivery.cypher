// runs_of_delivery: which runs were published together?
// params: $delivery STRING
// returns: number INTEGER, state STRING, source STRING, dataset STRING, file STRING, sha256 STRING,
//   as_of DATE, snapshot STRING?, delivery STRING, recorded_at DATETIME, published_at DATETIME?, approved_by STRING?,
//   read INTEGER?, loaded INTEGER?, unchanged INTEGER?, quarantined INTEGER?, skipped INTEGER?, closed INTEGER?,
//   warnings STRING?, channels STRING?
// bounds: a row a file
// access: admin
MATCH (r:LoadRun)
WHERE r.delivery = $delivery
RETURN r.number AS number, r.state AS state, r.source AS source, r.dataset AS dataset, r.file AS file, r.sha256 AS sha256, r.as_of AS as_of,
  r.snapshot AS snapshot, r.delivery AS delivery, r.recorded_at AS recorded_at, r.published_at AS published_at, r.approved_by AS approved_by,
  r.read AS read, r.loaded AS loaded, r.unchanged AS unchanged, r.quarantined AS quarantined, r.skipped AS skipped, r.closed AS closed,
  r.warnings AS warnings, r.channels AS channels
ORDER BY number
