"""From posting to work: sign-ups, engagements, and the guarded taking of seats."""
