"""What makes a link, and whose credentials sign it."""
