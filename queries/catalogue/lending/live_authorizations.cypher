// live_authorizations: whom does this party let read its data now, and for what?
// params: $party_id STRING, $at DATETIME, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>,
//   $banks LIST<STRING>, $region STRING
// returns: authorization_id STRING, reader_id STRING, purpose STRING?, granted_at DATETIME?,
//   gave_key INTEGER, gave_run INTEGER, given_key INTEGER, given_run INTEGER
// bounds: 2 hops, 500 rows
// access: reads-facts
CALL () {
  MATCH (party:LegalEntity {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Person {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Household {id: $party_id}) RETURN party
}
MATCH (party)-[g:GAVE]->(a:Authorization)-[t:GIVEN_TO]->(reader)
WHERE g.run <= $known_run AND (g.closed_run IS NULL OR g.closed_run > $known_run)
  AND (g.valid_from IS NULL OR g.valid_from <= $as_of) AND (g.valid_to IS NULL OR g.valid_to > $as_of)
  AND g.audience IN $audiences AND (g.audience <> 'BANK_PRIVATE' OR g.bank IN $banks)
  AND t.run <= $known_run AND (t.closed_run IS NULL OR t.closed_run > $known_run)
  AND (t.valid_from IS NULL OR t.valid_from <= $as_of) AND (t.valid_to IS NULL OR t.valid_to > $as_of)
  AND t.audience IN $audiences AND (t.audience <> 'BANK_PRIVATE' OR t.bank IN $banks)
  AND party.run <= $known_run AND party.audience IN $audiences AND (party.audience <> 'BANK_PRIVATE' OR party.bank IN $banks)
  AND coalesce(party.region_code, party.village_code, $region) STARTS WITH $region
  AND a.run <= $known_run AND a.audience IN $audiences AND (a.audience <> 'BANK_PRIVATE' OR a.bank IN $banks)
  AND reader.run <= $known_run AND reader.audience IN $audiences AND (reader.audience <> 'BANK_PRIVATE' OR reader.bank IN $banks)
  AND coalesce(reader.region_code, reader.village_code, $region) STARTS WITH $region
  AND (g.granted_at IS NULL OR g.granted_at <= $at) AND (g.revoked_at IS NULL OR g.revoked_at > $at)
  AND NOT EXISTS {
    MATCH (party)-[v:REVOKED]->(a)
    WHERE v.run <= $known_run AND (v.closed_run IS NULL OR v.closed_run > $known_run) AND v.revoked_at <= $at
  }
RETURN a.id AS authorization_id, reader.id AS reader_id, a.purpose AS purpose, g.granted_at AS granted_at,
  g.key AS gave_key, g.run AS gave_run, t.key AS given_key, t.run AS given_run
ORDER BY authorization_id, reader_id, gave_key LIMIT 501
