"""Signing in at an OpenID Connect issuer: what is asked of it, and whether its answer holds."""
