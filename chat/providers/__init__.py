"""The one home of every vendor's quirk: requests out, events in. Knows nothing of the web."""
