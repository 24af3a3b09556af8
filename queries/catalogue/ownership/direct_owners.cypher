// direct_owners: who holds shares of this entity directly?
// params: $enterprise_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>,
//   $banks LIST<STRING>, $region STRING
// returns: owner_id STRING, owner_label STRING, owner_name STRING?, share_ratio FLOAT? [0,1],
//   voting_ratio FLOAT? [0,1], income_ratio FLOAT? [0,1], nominee BOOLEAN?, valid_from DATE?,
//   valid_to DATE?, key INTEGER, run INTEGER
// bounds: 1 hop, 500 rows
// access: reads-facts
MATCH (owner)-[r:OWNS]->(e:LegalEntity {id: $enterprise_id})
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND owner.run <= $known_run AND owner.audience IN $audiences AND (owner.audience <> 'BANK_PRIVATE' OR owner.bank IN $banks)
  AND coalesce(owner.region_code, owner.village_code, $region) STARTS WITH $region
  AND e.run <= $known_run AND e.audience IN $audiences AND (e.audience <> 'BANK_PRIVATE' OR e.bank IN $banks)
  AND coalesce(e.region_code, e.village_code, $region) STARTS WITH $region
RETURN owner.id AS owner_id, CASE WHEN owner:LegalEntity THEN 'LegalEntity' WHEN owner:Person THEN 'Person' WHEN owner:Household THEN 'Household' END AS owner_label,
  owner.name AS owner_name, r.share_ratio AS share_ratio, r.voting_ratio AS voting_ratio, r.income_ratio AS income_ratio,
  r.nominee AS nominee, r.valid_from AS valid_from, r.valid_to AS valid_to, r.key AS key, r.run AS run
ORDER BY share_ratio DESC, owner_id, key LIMIT 501
