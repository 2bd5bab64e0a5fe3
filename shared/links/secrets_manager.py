"""One secret in Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError

from shared.domain.errors import ConfigError
from shared.links.services import FAILED, IMPATIENT, Service, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_secretsmanager import SecretsManagerClient

_MISSING = "ResourceNotFoundException"
_SERVICE = Service(
    name="Secrets Manager",
    impossible=("InvalidRequestException", "InvalidParameterException", "ValidationException"),
    look="Is it about to be deleted, or no secret's name?",
    forbidden=("AccessDeniedException", "DecryptionFailure"),
    allow="Allow secretsmanager:GetSecretValue, and use of its key, in the role.",
)


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A secret, and the variable that names it. `client` is asked for when the first value is."""

    client: "Callable[[], SecretsManagerClient]"
    secret_id: str
    variable: str

    def __str__(self) -> str:
        return f"secret {self.secret_id!r} ({self.variable})"

    def current(self) -> bytes:
        """Its newest value. Raises ConfigError where there is none."""
        value = self.value("AWSCURRENT")
        if value is None:
            raise ConfigError(f"{self}: there is none, or it has no value. Make it, or name the right one.")
        return value

    def value(self, stage: str) -> bytes | None:
        """None: no version has this stage."""
        try:
            told = self.client().get_secret_value(SecretId=self.secret_id, VersionStage=stage)
        except FAILED as error:
            if code_of(error) == _MISSING:
                return None
            raise _SERVICE.explained(error, str(self)) from error
        return told["SecretString"].encode() if "SecretString" in told else bytes(told.get("SecretBinary", b""))


def secrets_client(session: boto3.Session, what: str) -> "SecretsManagerClient":
    """Raises ConfigError where nobody can be asked for `what`."""
    try:
        return session.client("secretsmanager", config=IMPATIENT)
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(f"{what} cannot be asked for: {error}") from error
