// open_quarantine: which refused rows still wait?
// params: $known_run INTEGER, $limit INTEGER
// returns: id STRING, run INTEGER, line INTEGER, source STRING?, dataset STRING?, file STRING?,
//   sheet STRING?, row_hash STRING?, raw_row STRING?, errors STRING?, policy_version STRING?,
//   pending STRING?
// bounds: $limit rows
// access: internal
MATCH (q:Quarantine)
WHERE q.status = 'OPEN' AND q.run <= $known_run
RETURN q.id AS id, q.run AS run, q.line AS line, q.source AS source, q.dataset AS dataset, q.file AS file, q.sheet AS sheet, q.row_hash AS row_hash, q.raw_row AS raw_row, q.errors AS errors, q.policy_version AS policy_version, q.pending AS pending
ORDER BY run, line, id LIMIT $limit
