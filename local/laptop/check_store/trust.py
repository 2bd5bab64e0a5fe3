"""Whose certificates are trusted, where the SDK does not ask for itself: the same ones."""

import ssl

from botocore.httpsession import get_cert_path
from botocore.session import get_session


def trusted() -> ssl.SSLContext:
    """AWS_CA_BUNDLE, or the profile's `ca_bundle`; else what the SDK brings."""
    return ssl.create_default_context(
        cafile=get_session().get_config_variable("ca_bundle") or get_cert_path(verify=True)
    )
