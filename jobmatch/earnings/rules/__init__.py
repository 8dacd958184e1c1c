"""Pure rules of pay and of the ledger."""
