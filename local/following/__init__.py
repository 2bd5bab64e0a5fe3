"""A prefix's manifests, followed: what becomes new, another, or is gone, as it is committed."""
