"""Tags of all that a stack makes, from what a person typed to words that SAM takes.

    TAGS="team=finance cost-centre=7" python -m local.deployed.tags FILE

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
"""

import os
import re
import sys
from pathlib import Path

from local.deployed.parameters import ParameterError

_MOST = 50
_TAG = re.compile(r"(?!aws:)[A-Za-z0-9_:./+@-]{1,128}=[A-Za-z0-9_:./+@-]{1,256}")


def checked(text: str) -> list[str]:
    """`name=value …`, with spaces between them. Raises ParameterError."""
    words = text.split()
    for word in words:
        if not _TAG.fullmatch(word):
            raise ParameterError(
                f"TAGS has {word!r}, which is no name=value of letters, digits and _ : . / + @ - (aws: is AWS's own)."
            )
    names = [word.partition("=")[0] for word in words]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ParameterError(f"TAGS has {', '.join(twice)} twice: which is meant?")
    if len(words) > _MOST:
        raise ParameterError(f"TAGS has {len(words)} tags, but a stack has at most {_MOST}.")
    return words


def main() -> None:
    """What `make deploy` runs first: a line of words, or an empty file."""
    (file,) = sys.argv[1:]
    try:
        words = checked(os.environ.get("TAGS", ""))
    except ParameterError as error:
        sys.exit(str(error))
    Path(file).write_text(f"{' '.join(words)}\n" if words else "")


if __name__ == "__main__":
    main()
