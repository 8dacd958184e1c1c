"""Pure rules of sign-ups and engagements: no clock, no database."""
