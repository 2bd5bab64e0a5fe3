"""The one door: what talks to S3, and how a manifest is changed there."""
