"""Makes the pages: macros for the text, the whole site, and the server that rebuilds while you write."""
