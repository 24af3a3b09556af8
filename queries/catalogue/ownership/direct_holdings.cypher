// direct_holdings: of which entities does this party hold shares directly?
// params: $party_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: asset_id STRING, asset_name STRING?, share_ratio FLOAT? [0,1], voting_ratio FLOAT? [0,1],
//   income_ratio FLOAT? [0,1], nominee BOOLEAN?, valid_from DATE?, valid_to DATE?, key INTEGER, run INTEGER
// bounds: 1 hop, 500 rows
// access: reads-facts
CALL () {
  MATCH (party:LegalEntity {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Person {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Household {id: $party_id}) RETURN party
}
MATCH (party)-[r:OWNS]->(asset:LegalEntity)
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND party.run <= $known_run AND party.audience IN $audiences AND (party.audience <> 'BANK_PRIVATE' OR party.bank IN $banks)
  AND coalesce(party.region_code, party.village_code, $region) STARTS WITH $region
  AND asset.run <= $known_run AND asset.audience IN $audiences AND (asset.audience <> 'BANK_PRIVATE' OR asset.bank IN $banks)
  AND coalesce(asset.region_code, asset.village_code, $region) STARTS WITH $region
RETURN asset.id AS asset_id, asset.name AS asset_name, r.share_ratio AS share_ratio, r.voting_ratio AS voting_ratio,
  r.income_ratio AS income_ratio, r.nominee AS nominee, r.valid_from AS valid_from, r.valid_to AS valid_to,
  r.key AS key, r.run AS run
ORDER BY share_ratio DESC, asset_id, key LIMIT 501
