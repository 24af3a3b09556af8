// waiting_rows: which refused rows, and which links of loaded ones, wait for an endpoint, and for which?
// params: $known_run INTEGER
// returns: id STRING, source STRING, dataset STRING, record STRING?, errors STRING
// bounds: a row a waiting row
// access: internal
MATCH (q:Quarantine)
WHERE q.status IN ['OPEN', 'WAITING'] AND q.pending IS NOT NULL AND q.run <= $known_run
RETURN q.id AS id, q.source AS source, q.dataset AS dataset, q.record AS record, q.errors AS errors
ORDER BY id
