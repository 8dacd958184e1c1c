"""Which posting fits which worker, and why."""
