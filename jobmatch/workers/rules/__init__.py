"""Pure rules about workers."""
