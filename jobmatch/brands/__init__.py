"""Labor brands, their members and crews."""
