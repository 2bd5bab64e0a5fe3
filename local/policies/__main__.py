"""Look at the policies of these templates; say what is wrong, and fail where something is.

.tools/parliament/bin/python -m local.policies template.yaml ...
"""

import sys
from pathlib import Path

from local.deployed.template import read
from local.policies.findings import accepted, findings, judged
from local.policies.written import policies


def main() -> int:
    """The exit code."""
    looked_at = [policy for template in sys.argv[1:] for policy in policies(read(Path(template)))]
    wrong = list(judged((found for policy in looked_at for found in findings(policy)), accepted()))
    print("\n".join([*wrong, f"{len(looked_at)} policies in their cases, {len(wrong)} to mend"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
