"""Speech models at a site: fetched or taken from a folder, verified, tried, switched to, and back when they fail."""
