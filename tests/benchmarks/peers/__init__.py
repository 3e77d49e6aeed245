"""Other chat widgets from the npm registry, measured beside ours in one run. Reference only: none is part of this."""
