"""Floor 0: values that every house shares. Standard library only."""
