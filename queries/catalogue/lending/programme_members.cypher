// programme_members: who takes part in this 1+N programme, and at which tier?
// params: $programme_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>,
//   $banks LIST<STRING>, $region STRING
// returns: member_id STRING, member_label STRING, member_name STRING?, tier INTEGER?, key INTEGER,
//   run INTEGER
// bounds: 1 hop, 10000 rows
// access: reads-facts
MATCH (member)-[r:PARTICIPATES_IN]->(p:ChainProgram {id: $programme_id})
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND member.run <= $known_run AND member.audience IN $audiences AND (member.audience <> 'BANK_PRIVATE' OR member.bank IN $banks)
  AND coalesce(member.region_code, member.village_code, $region) STARTS WITH $region
  AND p.run <= $known_run AND p.audience IN $audiences AND (p.audience <> 'BANK_PRIVATE' OR p.bank IN $banks)
RETURN member.id AS member_id, CASE WHEN member:LegalEntity THEN 'LegalEntity' WHEN member:Person THEN 'Person' WHEN member:Household THEN 'Household' END AS member_label,
  member.name AS member_name, r.tier AS tier, r.key AS key, r.run AS run
ORDER BY tier, member_id, key LIMIT 10001
