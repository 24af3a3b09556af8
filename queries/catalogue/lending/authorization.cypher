// authorization: how does this consent stand now, revoked or not?
// params: $id STRING, $known_run INTEGER
// returns: id STRING, subject STRING, reader STRING, purpose STRING, valid_from DATE?, valid_to DATE?,
//   granted_at DATETIME, revoked_at DATETIME?
// bounds: 2 hops, 1 row
// access: admin
MATCH (s)-[g:GAVE]->(a:Authorization {id: $id})-[t:GIVEN_TO]->(reader)
WHERE g.run <= $known_run AND (g.closed_run IS NULL OR g.closed_run > $known_run)
  AND t.run <= $known_run AND (t.closed_run IS NULL OR t.closed_run > $known_run)
OPTIONAL MATCH (s)-[v:REVOKED]->(a)
WHERE v.run <= $known_run AND (v.closed_run IS NULL OR v.closed_run > $known_run)
RETURN a.id AS id, s.id AS subject, reader.id AS reader, a.purpose AS purpose, g.valid_from AS valid_from,
  g.valid_to AS valid_to, g.granted_at AS granted_at, coalesce(v.revoked_at, g.revoked_at) AS revoked_at
LIMIT 1
