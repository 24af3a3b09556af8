// enterprise_by_uscc: which entities carry this unified social credit code?
// params: $uscc STRING, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>, $region STRING
// returns: id STRING, uscc STRING, name STRING?, status STRING?, kinds LIST<STRING>
// bounds: 20 rows
// access: reads-nodes
MATCH (n:LegalEntity {uscc: $uscc})
WHERE n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
  AND coalesce(n.region_code, n.village_code, $region) STARTS WITH $region
RETURN n.id AS id, n.uscc AS uscc, n.name AS name, n.status AS status,
  [kind IN labels(n) WHERE kind <> 'LegalEntity'] AS kinds
ORDER BY id LIMIT 21
