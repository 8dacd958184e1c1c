"""What runs by the clock, in the scheduler's own process."""
