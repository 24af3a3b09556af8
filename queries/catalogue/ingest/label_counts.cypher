// label_counts: how many nodes of each key label are known, of the classes that the caller sees?
// params: $known_run INTEGER, $audiences LIST<STRING>
// returns: label STRING, nodes INTEGER
// bounds: one row a label that has any
// access: admin
CALL () {
  MATCH (n:LegalEntity) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'LegalEntity' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Person) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Person' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Household) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Household' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:HouseholdAsset) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'HouseholdAsset' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Contact) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Contact' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Region) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Region' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:BankCapital) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'BankCapital' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:LoanProduct) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'LoanProduct' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ChainProgram) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ChainProgram' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Guarantee) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Guarantee' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:LoanApplication) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'LoanApplication' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Loan) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Loan' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Authorization) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Authorization' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Order) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Order' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Invoice) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Invoice' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Receivable) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Receivable' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:FinancialStatement) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'FinancialStatement' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Penalty) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Penalty' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ListMembership) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ListMembership' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Permit) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Permit' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:CourtCase) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'CourtCase' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:TaxRecord) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'TaxRecord' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:TaxArrears) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'TaxArrears' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:WageArrears) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'WageArrears' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:UtilityRecord) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'UtilityRecord' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ContributionRecord) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ContributionRecord' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Honour) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Honour' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:AnnualReport) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'AnnualReport' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:RegistryChange) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'RegistryChange' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ProjectAdmission) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ProjectAdmission' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:EnterpriseList) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'EnterpriseList' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Inspection) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Inspection' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:InspectionItem) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'InspectionItem' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Commitment) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Commitment' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:RepairCase) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'RepairCase' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Rating) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Rating' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ScoreSnapshot) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ScoreSnapshot' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Telemetry) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Telemetry' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:RiskListing) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'RiskListing' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Reminder) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Reminder' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Objection) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Objection' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:MediationCase) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'MediationCase' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:ComplianceReport) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'ComplianceReport' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:OwnershipGap) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'OwnershipGap' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Branch) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Branch' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:CreditLine) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'CreditLine' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Voucher) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Voucher' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Collateral) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Collateral' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:FinancingDemand) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'FinancingDemand' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:CompensationPool) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'CompensationPool' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Claim) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Claim' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:StatedTotal) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'StatedTotal' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Subsidy) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Subsidy' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Account) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Account' AS label, count(n) AS nodes
  UNION ALL
  MATCH (n:Medium) WHERE n.run <= $known_run AND n.audience IN $audiences RETURN 'Medium' AS label, count(n) AS nodes
}
RETURN label, nodes
ORDER BY label
