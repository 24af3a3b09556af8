// household_neighbourhood: who and what stands around this household, two hops far?
// params: $household_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: near_id STRING, near_relationship STRING, far_id STRING?, far_relationship STRING?
// bounds: 2 hops, 500 rows
// access: reads-facts
MATCH (h:Household {id: $household_id})-[r:MEMBER_OF|HAS_ASSET|SUPPLIES|PARTICIPATES_IN]-(n)
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND h.run <= $known_run AND h.audience IN $audiences AND (h.audience <> 'BANK_PRIVATE' OR h.bank IN $banks)
  AND coalesce(h.region_code, h.village_code, $region) STARTS WITH $region
  AND n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
  AND coalesce(n.region_code, n.village_code, $region) STARTS WITH $region
OPTIONAL MATCH (n)-[s:FAMILY_OF|RUN_BY|CORE_OF|LEGAL_REP_OF]-(m)
WHERE s.run <= $known_run AND (s.closed_run IS NULL OR s.closed_run > $known_run)
  AND (s.valid_from IS NULL OR s.valid_from <= $as_of) AND (s.valid_to IS NULL OR s.valid_to > $as_of)
  AND s.audience IN $audiences AND (s.audience <> 'BANK_PRIVATE' OR s.bank IN $banks)
  AND m.run <= $known_run AND m.audience IN $audiences AND (m.audience <> 'BANK_PRIVATE' OR m.bank IN $banks)
  AND coalesce(m.region_code, m.village_code, $region) STARTS WITH $region
RETURN n.id AS near_id, type(r) AS near_relationship, m.id AS far_id, type(s) AS far_relationship
ORDER BY near_relationship, near_id, far_relationship, far_id LIMIT 501
