"""An OpenAI-compatible upstream for tests and the bench, in a process of its own."""
