"""Households, their members, their kind and their income by source."""
