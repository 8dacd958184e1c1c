"""The catalogue of skills, and reading free text against it."""
