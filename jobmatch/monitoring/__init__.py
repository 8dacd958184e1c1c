"""Line watch: where each household's year is heading, who comes first, and what closes the gap."""
