"""Ownership and control 股权与控制: integrated shares, control, beneficial owners, actual controllers."""
