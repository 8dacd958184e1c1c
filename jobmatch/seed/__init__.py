"""Filling the database: the ground every installation needs, and the demonstration season."""
