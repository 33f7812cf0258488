"""Two versions of a reply side by side: what was asked for, what it took, the thinking, the answer."""
