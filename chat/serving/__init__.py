"""Servers inside our own event loop, with our own signal handling.

Left to themselves, servers answer SIGTERM by cancelling applications, and a reply that is being
written would vanish. Here the order is: stop listening, grace, flush, mark, announce, stop.
"""
