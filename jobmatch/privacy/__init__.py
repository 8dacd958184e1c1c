"""What is held on a person: consents, a copy of all of it, and its deletion."""
