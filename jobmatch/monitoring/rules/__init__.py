"""What watching the line goes by. Pure."""
