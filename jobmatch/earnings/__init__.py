"""From work days to pay slips, payment and the ledger."""
