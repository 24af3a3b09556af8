// label_counts: how many nodes of each key label are known?
// params: $known_run INTEGER
// returns: label STRING, nodes INTEGER
// bounds: one row a label that has any
// access: admin
CALL () {
  MATCH (n:LegalEntity) WHERE n.run <= $known_run RETURN 'LegalEntity' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Person) WHERE n.run <= $known_run RETURN 'Person' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Household) WHERE n.run <= $known_run RETURN 'Household' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:HouseholdAsset) WHERE n.run <= $known_run RETURN 'HouseholdAsset' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Contact) WHERE n.run <= $known_run RETURN 'Contact' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Region) WHERE n.run <= $known_run RETURN 'Region' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:BankCapital) WHERE n.run <= $known_run RETURN 'BankCapital' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:LoanProduct) WHERE n.run <= $known_run RETURN 'LoanProduct' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ChainProgram) WHERE n.run <= $known_run RETURN 'ChainProgram' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Order) WHERE n.run <= $known_run RETURN 'Order' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Invoice) WHERE n.run <= $known_run RETURN 'Invoice' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Receivable) WHERE n.run <= $known_run RETURN 'Receivable' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Guarantee) WHERE n.run <= $known_run RETURN 'Guarantee' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:LoanApplication) WHERE n.run <= $known_run RETURN 'LoanApplication' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Loan) WHERE n.run <= $known_run RETURN 'Loan' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:FinancialStatement) WHERE n.run <= $known_run RETURN 'FinancialStatement' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Penalty) WHERE n.run <= $known_run RETURN 'Penalty' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ListMembership) WHERE n.run <= $known_run RETURN 'ListMembership' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Authorization) WHERE n.run <= $known_run RETURN 'Authorization' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Quarantine) WHERE n.run <= $known_run RETURN 'Quarantine' AS label, count(n) AS nodes
}
RETURN label, nodes
ORDER BY label
