"""Workers: who, what they can do, when and how far; their credentials."""
