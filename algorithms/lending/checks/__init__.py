"""Checks on the graph: each fills columns of the member rulebook and says which facts are behind them."""
