"""What a test answers the page's requests with, in the place of the share."""

import json
from collections.abc import Callable

from playwright.sync_api import Route

LINES = "**/manifest.jsonl*"


def answers(*steps: Callable[[Route], object]) -> Callable[[Route], object]:
    """One after the other, the last again and again."""
    left = list(steps)

    def answer(route: Route) -> None:
        step = left.pop(0) if len(left) > 1 else left[0]
        step(route)

    return answer


def fails(status: int, **problem: str) -> Callable[[Route], object]:
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body=json.dumps(problem))


def lines(*names: str, more: str = "") -> Callable[[Route], object]:
    body = "".join(json.dumps({"key": name, "url": f"https://x.example/d/{name}", "size": 1}) + "\n" for name in names)
    headers = {"link": f'<manifest.jsonl?after={more}>; rel="next"'} if more else {}
    return lambda route: route.fulfill(body=body, headers=headers)
