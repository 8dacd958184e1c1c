"""Floor 1: tools without a noun of the domain."""
