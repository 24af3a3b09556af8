// open_files: which raw files do open refused rows still need?
// params: $known_run INTEGER
// returns: sha256 STRING, rows INTEGER
// bounds: a row a file
// access: admin
MATCH (q:Quarantine)
WHERE q.status = 'OPEN' AND q.sha256 IS NOT NULL AND q.run <= $known_run
RETURN q.sha256 AS sha256, count(q) AS rows
ORDER BY sha256
