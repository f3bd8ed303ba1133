"""How fast things are, always as ratios: a machine's own speed says little."""
