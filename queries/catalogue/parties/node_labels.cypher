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
  MATCH (n:Guarantee {id: wanted}) RETURN n, 'Guarantee' AS label
  UNION ALL
  MATCH (n:LoanApplication {id: wanted}) RETURN n, 'LoanApplication' AS label
  UNION ALL
  MATCH (n:Loan {id: wanted}) RETURN n, 'Loan' AS label
  UNION ALL
  MATCH (n:Authorization {id: wanted}) RETURN n, 'Authorization' AS label
  UNION ALL
  MATCH (n:Order {id: wanted}) RETURN n, 'Order' AS label
  UNION ALL
  MATCH (n:Invoice {id: wanted}) RETURN n, 'Invoice' AS label
  UNION ALL
  MATCH (n:Receivable {id: wanted}) RETURN n, 'Receivable' AS label
  UNION ALL
  MATCH (n:FinancialStatement {id: wanted}) RETURN n, 'FinancialStatement' AS label
  UNION ALL
  MATCH (n:Penalty {id: wanted}) RETURN n, 'Penalty' AS label
  UNION ALL
  MATCH (n:ListMembership {id: wanted}) RETURN n, 'ListMembership' AS label
  UNION ALL
  MATCH (n:Permit {id: wanted}) RETURN n, 'Permit' AS label
  UNION ALL
  MATCH (n:CourtCase {id: wanted}) RETURN n, 'CourtCase' AS label
  UNION ALL
  MATCH (n:TaxRecord {id: wanted}) RETURN n, 'TaxRecord' AS label
  UNION ALL
  MATCH (n:TaxArrears {id: wanted}) RETURN n, 'TaxArrears' AS label
  UNION ALL
  MATCH (n:WageArrears {id: wanted}) RETURN n, 'WageArrears' AS label
  UNION ALL
  MATCH (n:UtilityRecord {id: wanted}) RETURN n, 'UtilityRecord' AS label
  UNION ALL
  MATCH (n:ContributionRecord {id: wanted}) RETURN n, 'ContributionRecord' AS label
  UNION ALL
  MATCH (n:Honour {id: wanted}) RETURN n, 'Honour' AS label
  UNION ALL
  MATCH (n:AnnualReport {id: wanted}) RETURN n, 'AnnualReport' AS label
  UNION ALL
  MATCH (n:RegistryChange {id: wanted}) RETURN n, 'RegistryChange' AS label
  UNION ALL
  MATCH (n:ProjectAdmission {id: wanted}) RETURN n, 'ProjectAdmission' AS label
  UNION ALL
  MATCH (n:EnterpriseList {id: wanted}) RETURN n, 'EnterpriseList' AS label
  UNION ALL
  MATCH (n:Inspection {id: wanted}) RETURN n, 'Inspection' AS label
  UNION ALL
  MATCH (n:InspectionItem {id: wanted}) RETURN n, 'InspectionItem' AS label
  UNION ALL
  MATCH (n:Commitment {id: wanted}) RETURN n, 'Commitment' AS label
  UNION ALL
  MATCH (n:RepairCase {id: wanted}) RETURN n, 'RepairCase' AS label
  UNION ALL
  MATCH (n:Rating {id: wanted}) RETURN n, 'Rating' AS label
  UNION ALL
  MATCH (n:ScoreSnapshot {id: wanted}) RETURN n, 'ScoreSnapshot' AS label
  UNION ALL
  MATCH (n:Telemetry {id: wanted}) RETURN n, 'Telemetry' AS label
  UNION ALL
  MATCH (n:RiskListing {id: wanted}) RETURN n, 'RiskListing' AS label
  UNION ALL
  MATCH (n:Reminder {id: wanted}) RETURN n, 'Reminder' AS label
  UNION ALL
  MATCH (n:Objection {id: wanted}) RETURN n, 'Objection' AS label
  UNION ALL
  MATCH (n:MediationCase {id: wanted}) RETURN n, 'MediationCase' AS label
  UNION ALL
  MATCH (n:ComplianceReport {id: wanted}) RETURN n, 'ComplianceReport' AS label
  UNION ALL
  MATCH (n:OwnershipGap {id: wanted}) RETURN n, 'OwnershipGap' AS label
  UNION ALL
  MATCH (n:Branch {id: wanted}) RETURN n, 'Branch' AS label
  UNION ALL
  MATCH (n:CreditLine {id: wanted}) RETURN n, 'CreditLine' AS label
  UNION ALL
  MATCH (n:Voucher {id: wanted}) RETURN n, 'Voucher' AS label
  UNION ALL
  MATCH (n:Collateral {id: wanted}) RETURN n, 'Collateral' AS label
  UNION ALL
  MATCH (n:FinancingDemand {id: wanted}) RETURN n, 'FinancingDemand' AS label
  UNION ALL
  MATCH (n:CompensationPool {id: wanted}) RETURN n, 'CompensationPool' AS label
  UNION ALL
  MATCH (n:Claim {id: wanted}) RETURN n, 'Claim' AS label
  UNION ALL
  MATCH (n:StatedTotal {id: wanted}) RETURN n, 'StatedTotal' AS label
  UNION ALL
  MATCH (n:Subsidy {id: wanted}) RETURN n, 'Subsidy' AS label
  UNION ALL
  MATCH (n:Account {id: wanted}) RETURN n, 'Account' AS label
  UNION ALL
  MATCH (n:Medium {id: wanted}) RETURN n, 'Medium' AS label
}
WITH n, label WHERE n.run <= $known_run AND n.audience IN $audiences AND (n.audience <> 'BANK_PRIVATE' OR n.bank IN $banks)
RETURN n.id AS id, label
ORDER BY id, label
