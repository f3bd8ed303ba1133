"""The browser engine: Python, the calculators and the tables as the few files that a worker fetches."""
