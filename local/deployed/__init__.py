"""The template, deployed: packed, into an emulator on this machine or to an account."""
