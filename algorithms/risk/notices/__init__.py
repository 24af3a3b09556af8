"""Notices of debt evasion 恶意逃废债提示: what a lender must know of who stands behind a party."""
