"""Search over everything that was asked, thought and answered. How it works: `docs/search.md`."""
