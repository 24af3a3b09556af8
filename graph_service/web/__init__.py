"""The HTTP face of the service: one Starlette application."""
