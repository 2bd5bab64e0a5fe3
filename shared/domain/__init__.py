"""What it is about, and nothing it runs on: no SDK, no clock, no network."""
