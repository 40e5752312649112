"""Learning curves on real pairs of domains: what is run, how it is kept, and what it shows."""
