"""The review desk: pages on which editors check what was read, correct it and publish it."""
