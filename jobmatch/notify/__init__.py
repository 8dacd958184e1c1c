"""Notices to people, in the application for now."""
