"""What proves who somebody is: pure."""
