// search_parties: which entities and persons have this text in their name?
// params: $text STRING, $limit INTEGER, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: id STRING, label STRING, name STRING, uscc STRING?, region_code STRING?
// bounds: $limit rows
// access: reads-nodes
CALL () {
  MATCH (n:LegalEntity) WHERE n.name CONTAINS $text AND n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
    AND coalesce(n.region_code, n.village_code, $region) STARTS WITH $region
  RETURN n.id AS id, 'LegalEntity' AS label, n.name AS name, n.uscc AS uscc, n.region_code AS region_code
  UNION ALL
  MATCH (n:Person) WHERE n.name CONTAINS $text AND n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
  RETURN n.id AS id, 'Person' AS label, n.name AS name, null AS uscc, null AS region_code
}
RETURN id, label, name, uscc, region_code
ORDER BY name, id LIMIT $limit
