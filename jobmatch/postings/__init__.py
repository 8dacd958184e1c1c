"""Postings: seasonal demand by day, skill and headcount; the linter."""
