// node_labels: which key label has each of these ids?
// params: $ids LIST<STRING>, $known_run INTEGER, $audiences LIST<STRING>, $banks LIST<STRING>
// returns: id STRING, label STRING
// bounds: one row an id and label
// access: admin
UNWIND $ids AS wanted
CALL (wanted) {
  MATCH (n:LegalEntity {id: wanted}) RETURN n, 'LegalEntity' AS label
  UNION ALL
  MATCH (n:Person {id: wanted}) RETURN n, 'Person' AS label
  UNION ALL
  MATCH (n:Household {id: wanted}) RETURN n, 'Household' AS label
  UNION ALL
  MATCH (n:HouseholdAsset {id: wanted}) RETURN n, 'HouseholdAsset' AS label
  UNION ALL
  MATCH (n:Contact {id: wanted}) RETURN n, 'Contact' AS label
  UNION ALL
  MATCH (n:Region {id: wanted}) RETURN n, 'Region' AS label
  UNION ALL
  MATCH (n:BankCapital {id: wanted}) RETURN n, 'BankCapital' AS label
  UNION ALL
  MATCH (n:LoanProduct {id: wanted}) RETURN n, 'LoanProduct' AS label
  UNION ALL
  MATCH (n:ChainProgram {id: wanted}) RETURN n, 'ChainProgram' AS label
  UNION ALL
  MATCH (n:Order {id: wanted}) RETURN n, 'Order' AS label
  UNION ALL
  MATCH (n:Invoice {id: wanted}) RETURN n, 'Invoice' AS label
  UNION ALL
  MATCH (n:Receivable {id: wanted}) RETURN n, 'Receivable' AS label
  UNION ALL
  MATCH (n:Guarantee {id: wanted}) RETURN n, 'Guarantee' AS label
  UNION ALL
  MATCH (n:LoanApplication {id: wanted}) RETURN n, 'LoanApplication' AS label
  UNION ALL
  MATCH (n:Loan {id: wanted}) RETURN n, 'Loan' AS label
  UNION ALL
  MATCH (n:FinancialStatement {id: wanted}) RETURN n, 'FinancialStatement' AS label
  UNION ALL
  MATCH (n:Penalty {id: wanted}) RETURN n, 'Penalty' AS label
  UNION ALL
  MATCH (n:ListMembership {id: wanted}) RETURN n, 'ListMembership' AS label
  UNION ALL
  MATCH (n:Authorization {id: wanted}) RETURN n, 'Authorization' AS label
}
WITH n, label WHERE n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
RETURN n.id AS id, label
ORDER BY id, label
