"""Tells the rest of the server when someone's session ends."""
