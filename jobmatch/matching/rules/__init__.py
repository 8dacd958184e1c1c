"""Pure rules of matching: how well a posting fits a person, and why."""
