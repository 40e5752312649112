"""Augmentation on arrays: stateless, every draw from the generator that the caller seeds."""
