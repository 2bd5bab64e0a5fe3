"""What the errors of Secrets Manager and of STS mean to a person. The SDK's messages are not quoted."""

from dataclasses import dataclass

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.domain.errors import (
    AccessDeniedError,
    ConfigError,
    CredentialsError,
    LinkManifestError,
    StoreUnavailableError,
)

FAILED = (BotoCoreError, ClientError, ResponseParserError)
"""What the SDK raises where a request did not end well."""

IMPATIENT = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})

_IMPOSSIBLE = ("NoRegionError", "InvalidRegionError", "ParamValidationError")
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_NOT_VALID = (
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"),
    *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
)


@dataclass(frozen=True, slots=True)
class Service:
    """One of the two: which of its codes mean what, and what to do."""

    name: str
    impossible: tuple[str, ...]
    look: str
    forbidden: tuple[str, ...]
    allow: str

    def explained(self, error: Exception, what: str) -> LinkManifestError:
        """The error a person can act on; `what` was asked for."""
        code = code_of(error)
        if code in (*self.impossible, *_IMPOSSIBLE):
            return ConfigError(f"{what}: {code}. {self.look}")
        if code in self.forbidden:
            return AccessDeniedError(f"{what}: {code}. {self.allow}")
        if code in _NOT_VALID:
            return CredentialsError(f"{what}: {code}. {self.name} is to be asked with valid credentials: give some.")
        return StoreUnavailableError(f"{what}: {code}. {self.name} is to be asked again.")


def code_of(error: Exception) -> str:
    """As the service calls it; the SDK's own name where there was no answer."""
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else type(error).__name__
