"""Both functions by hand, against MinIO on this machine or any S3."""
