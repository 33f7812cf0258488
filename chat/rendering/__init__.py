"""What the reducer holds, as HTML and as frames, and nothing else: no reads, no decisions."""
