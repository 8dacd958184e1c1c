"""Disputes about work and pay: both versions, the steps, the legal limits, the papers."""
