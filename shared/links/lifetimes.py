"""How long links can live, by whose credentials sign them. Whatever is asked for, they die with these."""

SESSION_SECONDS = 3600
"""A session of the role of SIGNING_ROLE_ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html."""

OWN_SECONDS = 21_600
"""The longest that AWS documents for a role that a service hands to what runs on it; of Lambda it says no number:
https://repost.aws/knowledge-center/presigned-url-s3-bucket-expiration."""

_REMEDY = "Ask for less, or have a long-lived key sign them, which reaches seven days (docs/signing.md)."


def too_long(asked: int, *, by_key: bool, by_role: bool) -> str | None:
    """What is wrong with links of so many seconds, in a sentence; None: nothing. `by_key`: by a long-lived one."""
    if by_key or asked <= (SESSION_SECONDS if by_role else OWN_SECONDS):
        return None
    if by_role:
        return (
            f"links are to live {asked} s, but an assumed role's session ends after {SESSION_SECONDS}, and they too: "
            f"they live {SESSION_SECONDS // 2} to {SESSION_SECONDS} s. {_REMEDY}"
        )
    return (
        f"links are to live {asked} s, but die with the session of the function's own role, after hours at most, "
        f"and do not tell when. {_REMEDY}"
    )
