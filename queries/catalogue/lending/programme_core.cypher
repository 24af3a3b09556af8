// programme_core: which core enterprise stands behind this programme, and which bank runs it?
// params: $programme_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>,
//   $banks LIST<STRING>, $region STRING
// returns: core_id STRING, core_name STRING?, bank_id STRING, bank_name STRING?, cap_fen INTEGER?,
//   core_key INTEGER, core_run INTEGER, bank_key INTEGER, bank_run INTEGER
// bounds: 2 hops, 500 rows
// access: reads-facts
MATCH (core:LegalEntity)-[r:CORE_OF]->(p:ChainProgram {id: $programme_id})-[b:RUN_BY]->(bank:LegalEntity)
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND b.run <= $known_run AND (b.closed_run IS NULL OR b.closed_run > $known_run)
  AND (b.valid_from IS NULL OR b.valid_from <= $as_of) AND (b.valid_to IS NULL OR b.valid_to > $as_of)
  AND b.audience IN $audiences AND (b.audience <> 'BANK_PRIVATE' OR b.bank IN $banks)
  AND core.run <= $known_run AND core.audience IN $audiences AND (core.audience <> 'BANK_PRIVATE' OR core.bank IN $banks)
  AND coalesce(core.region_code, core.village_code, $region) STARTS WITH $region
  AND p.run <= $known_run AND p.audience IN $audiences AND (p.audience <> 'BANK_PRIVATE' OR p.bank IN $banks)
  AND bank.run <= $known_run AND bank.audience IN $audiences AND (bank.audience <> 'BANK_PRIVATE' OR bank.bank IN $banks)
  AND coalesce(bank.region_code, bank.village_code, $region) STARTS WITH $region
RETURN core.id AS core_id, core.name AS core_name, bank.id AS bank_id, bank.name AS bank_name, p.cap_fen AS cap_fen,
  r.key AS core_key, r.run AS core_run, b.key AS bank_key, b.run AS bank_run
ORDER BY core_id, bank_id, core_key, bank_key LIMIT 501
