"""Enterprises and big growers, their sites and their verification."""
