// posts_of: who represents this entity or holds a post in it?
// params: $enterprise_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>,
//   $banks LIST<STRING>, $region STRING
// returns: person_id STRING, person_name STRING?, post STRING, valid_from DATE?, valid_to DATE?,
//   key INTEGER, run INTEGER
// bounds: 1 hop, 500 rows
// access: reads-facts
MATCH (p:Person)-[r:HOLDS_POST|LEGAL_REP_OF]->(e:LegalEntity {id: $enterprise_id})
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND p.run <= $known_run AND p.audience IN $audiences AND (p.audience <> 'BANK_PRIVATE' OR p.bank IN $banks)
  AND e.run <= $known_run AND e.audience IN $audiences AND (e.audience <> 'BANK_PRIVATE' OR e.bank IN $banks)
  AND coalesce(e.region_code, e.village_code, $region) STARTS WITH $region
RETURN p.id AS person_id, p.name AS person_name,
  CASE type(r) WHEN 'LEGAL_REP_OF' THEN 'LEGAL_REPRESENTATIVE' ELSE r.post END AS post,
  r.valid_from AS valid_from, r.valid_to AS valid_to, r.key AS key, r.run AS run
ORDER BY person_id, post, key LIMIT 501
