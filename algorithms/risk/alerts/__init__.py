"""Early warning after the loan 贷后预警: what happens around a borrower, seen from the loan."""
