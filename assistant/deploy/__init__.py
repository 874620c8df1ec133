"""Putting the assistant on a server: examples for systemd and nginx, and the bundle for machines with no network."""
