"""The sentences of the product: each use-case reads like what a lender, a supervisor or a farmer would say."""
