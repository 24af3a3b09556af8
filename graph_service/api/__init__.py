"""The GraphQL face of the service: types that mirror the use-cases, limits, typed errors."""
