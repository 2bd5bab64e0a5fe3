"""What the people who run a deployed stack do with it: each command finds the stack by its name."""
