"""From what a batch of messages says to manifests brought up to date."""
