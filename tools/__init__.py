"""What stands around the application: set-up, checks, pictures. Standard library only, but for
the modules that say they run inside the virtual environment."""
