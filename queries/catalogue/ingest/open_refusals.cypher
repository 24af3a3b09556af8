// open_refusals: which refused rows of a dataset are open, and of which records?
// params: $source STRING, $dataset STRING, $known_run INTEGER
// returns: id STRING, record STRING?, row_hash STRING, stated_on DATE?, errors STRING,
//   sha256 STRING?
// bounds: a row an open row of the dataset
// access: internal
MATCH (q:Quarantine)
WHERE q.source = $source AND q.dataset = $dataset AND q.status = 'OPEN' AND q.run <= $known_run
RETURN q.id AS id, q.record AS record, q.row_hash AS row_hash, q.stated_on AS stated_on, q.errors AS errors, q.sha256 AS sha256
ORDER BY id
