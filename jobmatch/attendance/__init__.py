"""Presence and pieces of each day."""
