"""One module a command of `flask`; each names its click command `command`."""
