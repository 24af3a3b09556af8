// listings_of: on which lists is or was this party?
// params: $party_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: id STRING, list_kind STRING?, document_no STRING?, authority STRING?, listed_on DATE?,
//   removed_on DATE?, tier STRING?, regime STRING?, valid_from DATE?, valid_to DATE?, key INTEGER,
//   run INTEGER
// bounds: 1 hop, 500 rows
// access: reads-facts
CALL () {
  MATCH (party:LegalEntity {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Person {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Household {id: $party_id}) RETURN party
}
MATCH (party)-[r:SUBJECT_OF]->(n:ListMembership)
WHERE r.run <= $known_run AND (r.closed_run IS NULL OR r.closed_run > $known_run)
  AND (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
  AND r.audience IN $audiences AND (r.audience <> 'BANK_PRIVATE' OR r.bank IN $banks)
  AND party.run <= $known_run AND party.audience IN $audiences AND (party.audience <> 'BANK_PRIVATE' OR party.bank IN $banks)
  AND coalesce(party.region_code, party.village_code, $region) STARTS WITH $region
  AND n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
RETURN n.id AS id, n.list_kind AS list_kind, n.document_no AS document_no, n.authority AS authority, n.listed_on AS listed_on, n.removed_on AS removed_on, n.tier AS tier, n.regime AS regime,
  r.valid_from AS valid_from, r.valid_to AS valid_to, r.key AS key, r.run AS run
ORDER BY listed_on, id, key LIMIT 501
