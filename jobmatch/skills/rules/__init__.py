"""Pure rules about skills."""
