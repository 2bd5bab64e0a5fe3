"""Shares, as a person makes, sees and ends them."""
