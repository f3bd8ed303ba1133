"""The editor's year: opening a new one, what must be looked up then, and the sources that figures stand on."""
