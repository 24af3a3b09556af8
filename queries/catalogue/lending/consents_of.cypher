// consents_of: which consents has this party ever given, and how does each stand now?
// params: $subject_id STRING, $known_run INTEGER
// returns: id STRING, subject STRING, reader STRING, purpose STRING, valid_from DATE?, valid_to DATE?,
//   granted_at DATETIME, revoked_at DATETIME?
// bounds: 2 hops, 500 rows
// access: admin
CALL () {
  MATCH (s:LegalEntity {id: $subject_id}) RETURN s
  UNION ALL
  MATCH (s:Person {id: $subject_id}) RETURN s
  UNION ALL
  MATCH (s:Household {id: $subject_id}) RETURN s
}
MATCH (s)-[g:GAVE]->(a:Authorization)-[t:GIVEN_TO]->(reader)
WHERE g.run <= $known_run AND (g.closed_run IS NULL OR g.closed_run > $known_run)
  AND t.run <= $known_run AND (t.closed_run IS NULL OR t.closed_run > $known_run)
OPTIONAL MATCH (s)-[v:REVOKED]->(a)
WHERE v.run <= $known_run AND (v.closed_run IS NULL OR v.closed_run > $known_run)
RETURN a.id AS id, s.id AS subject, reader.id AS reader, a.purpose AS purpose, g.valid_from AS valid_from,
  g.valid_to AS valid_to, g.granted_at AS granted_at, coalesce(v.revoked_at, g.revoked_at) AS revoked_at
ORDER BY granted_at DESC, id LIMIT 501
