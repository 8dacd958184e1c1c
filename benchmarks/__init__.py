"""Figures of the product: each a ratio against something named, measured in the same run."""
