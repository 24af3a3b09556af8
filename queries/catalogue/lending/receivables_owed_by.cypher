// receivables_owed_by: which receivables does this party owe, and to whom?
// params: $party_id STRING, $as_of DATE, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>,
//   $region STRING
// returns: receivable_id STRING, creditor_id STRING, amount_fen INTEGER?, outstanding_fen INTEGER?,
//   incurred_on DATE?, due_on DATE?, confirmed_on DATE?, disputed BOOLEAN?, debtor_key INTEGER,
//   debtor_run INTEGER, creditor_key INTEGER, creditor_run INTEGER
// bounds: 2 hops, 500 rows
// access: reads-facts
CALL () {
  MATCH (party:LegalEntity {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Person {id: $party_id}) RETURN party
  UNION ALL
  MATCH (party:Household {id: $party_id}) RETURN party
}
MATCH (party)<-[d:OWED_BY]-(v:Receivable)-[c:OWED_TO]->(creditor)
WHERE d.run <= $known_run AND (d.closed_run IS NULL OR d.closed_run > $known_run)
  AND (d.valid_from IS NULL OR d.valid_from <= $as_of) AND (d.valid_to IS NULL OR d.valid_to > $as_of)
  AND d.audience IN $audiences AND (d.audience <> 'BANK_PRIVATE' OR d.bank IN $banks)
  AND c.run <= $known_run AND (c.closed_run IS NULL OR c.closed_run > $known_run)
  AND (c.valid_from IS NULL OR c.valid_from <= $as_of) AND (c.valid_to IS NULL OR c.valid_to > $as_of)
  AND c.audience IN $audiences AND (c.audience <> 'BANK_PRIVATE' OR c.bank IN $banks)
  AND party.run <= $known_run AND party.audience IN $audiences AND (party.audience <> 'BANK_PRIVATE' OR party.bank IN $banks)
  AND coalesce(party.region_code, party.village_code, $region) STARTS WITH $region
  AND v.run <= $known_run AND v.audience IN $audiences AND (v.audience <> 'BANK_PRIVATE' OR v.bank IN $banks)
  AND creditor.run <= $known_run AND creditor.audience IN $audiences AND (creditor.audience <> 'BANK_PRIVATE' OR creditor.bank IN $banks)
  AND coalesce(creditor.region_code, creditor.village_code, $region) STARTS WITH $region
RETURN v.id AS receivable_id, creditor.id AS creditor_id, v.amount_fen AS amount_fen, v.outstanding_fen AS outstanding_fen,
  v.incurred_on AS incurred_on, v.due_on AS due_on, v.confirmed_on AS confirmed_on, v.disputed AS disputed,
  d.key AS debtor_key, d.run AS debtor_run, c.key AS creditor_key, c.run AS creditor_run
ORDER BY due_on, receivable_id, debtor_key, creditor_key LIMIT 501
