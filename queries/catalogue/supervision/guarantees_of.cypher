// guarantees_of: for whom does this party stand surety?
// params: $party_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: guarantee_id STRING, beneficiary_id STRING, amount_fen INTEGER?, form STRING?, called_on DATE?,
//   guarantor_key INTEGER, guarantor_run INTEGER, beneficiary_key INTEGER, beneficiary_run INTEGER
// bounds: 2 hops, 500 rows
// access: reads-facts
CALL () {
  MATCH (party:LegalEntity {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Person {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Household {id: $party_id}) RETURN party
}
MATCH (party)-[r:GUARANTOR]->(n:Guarantee)-[b:BENEFICIARY]->(other)
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND b.run <= $known_run AND (b.closed_run IS NULL OR b.closed_run > $known_run)
  AND (b.valid_from IS NULL OR b.valid_from <= $as_of) AND (b.valid_to IS NULL OR b.valid_to > $as_of)
  AND b.audience IN $audiences AND (b.audience <> 'BANK_PRIVATE' OR b.bank IN $banks)
  AND party.run <= $known_run AND party.audience IN $audiences AND (party.audience <> 'BANK_PRIVATE' OR party.bank IN $banks)
  AND coalesce(party.region_code, party.village_code, $region) STARTS WITH $region
  AND n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
  AND other.run <= $known_run AND other.audience IN $audiences AND (other.audience <> 'BANK_PRIVATE' OR other.bank IN $banks)
  AND coalesce(other.region_code, other.village_code, $region) STARTS WITH $region
  AND NOT EXISTS {
    MATCH (n)-[:BENEFICIARY]->(hidden)
    WHERE NOT hidden.audience IN $audiences OR NOT coalesce(hidden.region_code, hidden.village_code, $region) STARTS WITH $region
  }
  AND NOT EXISTS {
    MATCH (hidden)-[:GUARANTOR]->(n)
    WHERE NOT hidden.audience IN $audiences OR NOT coalesce(hidden.region_code, hidden.village_code, $region) STARTS WITH $region
  }
RETURN n.id AS guarantee_id, other.id AS beneficiary_id, n.amount_fen AS amount_fen, n.form AS form, n.called_on AS called_on,
  r.key AS guarantor_key, r.run AS guarantor_run, b.key AS beneficiary_key, b.run AS beneficiary_run
ORDER BY guarantee_id, beneficiary_id, guarantor_key LIMIT 501
