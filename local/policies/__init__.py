"""`make policies`: what a linter of policies says of every one that the templates write."""
