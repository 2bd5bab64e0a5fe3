"""Ports of this machine, as a person chooses them."""

from collections.abc import Mapping

from shared.domain.errors import ConfigError


def port_in(env: Mapping[str, str], name: str, default: int) -> int:
    """The port that a variable names. Raises ConfigError."""
    value = env.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:  # noqa: PLR2004 -- TCP's last port
        raise ConfigError(f"{name} is {value!r}, but must be a port: a whole number from 1 to 65535.")
    return int(value)
