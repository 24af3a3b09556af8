// consenting_subjects: who consents to this reader, for this purpose, on this day?
// params: $reader_id STRING, $purpose STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: subject_id STRING, authorization_id STRING
// bounds: 2 hops, a row a live consent
// access: reads-facts
MATCH (reader:LegalEntity {id: $reader_id})<-[t:GIVEN_TO]-(a:Authorization)<-[g:GAVE]-(s)
WHERE a.purpose = $purpose AND g.revoked_at IS NULL
  AND g.run <= $known_run AND (g.closed_run IS NULL OR g.closed_run > $known_run)
  AND t.run <= $known_run AND (t.closed_run IS NULL OR t.closed_run > $known_run)
  AND (g.valid_from IS NULL OR g.valid_from <= $as_of) AND (g.valid_to IS NULL OR g.valid_to > $as_of)
  AND (t.valid_from IS NULL OR t.valid_from <= $as_of) AND (t.valid_to IS NULL OR t.valid_to > $as_of)
  AND g.audience IN $audiences AND (g.audience <> 'BANK_PRIVATE' OR g.bank IN $banks)
  AND t.audience IN $audiences AND (t.audience <> 'BANK_PRIVATE' OR t.bank IN $banks)
  AND coalesce(s.region_code, s.village_code, $region) STARTS WITH $region
  AND coalesce(reader.region_code, reader.village_code, $region) STARTS WITH $region
  AND NOT EXISTS {
    MATCH (s)-[v:REVOKED]->(a)
    WHERE v.run <= $known_run AND (v.closed_run IS NULL OR v.closed_run > $known_run)
  }
RETURN s.id AS subject_id, a.id AS authorization_id
ORDER BY subject_id, authorization_id
