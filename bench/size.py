"""How much is measured: in the short form that CI runs, in minutes, or in full."""

from dataclasses import dataclass, replace

from bench.fake.keys import SHAPES


@dataclass(frozen=True, slots=True)
class Size:
    """Of documents (`keys`) in `folders`; who takes long gets `few` of them, in as few folders."""

    rounds: int = 3
    keys: int = 300_000
    few: int = 30_000
    folders: int = 100
    shape: str = SHAPES[0]
    page: int = 1000
    """Keys a LIST answers at most."""
    delays: tuple[int, ...] = (0, 50, 150)
    """Milliseconds a page of a listing takes."""
    small_folders: int = 10_000
    """Folders of one document, committed side by side with `small_delay` milliseconds a request."""
    small_delay: int = 20
    heaps: tuple[tuple[int, int], ...] = ((50_000, 1), (1_000_000, 1), (1_000_000, 10_000))
    """Documents and folders of the scans whose memory is looked at; the first is what the others are compared with."""
    events: int = 10_000
    event_folders: int = 50
    minio_events: int = 3_000
    lines: tuple[int, ...] = (20_000, 200_000, 1_000_000)
    """Of a manifest that is appended to."""
    links: int = 100_000
    clicks: int = 500
    """On each of a stable and a bare presigned link."""
    counted: tuple[tuple[int, int], ...] = (
        (10_000, 10_000),
        (10_000, 100),
        (10_000, 1),
        (1_000_000, 10_000),
        (1_000_000, 1),
    )
    """Documents and folders of the scans whose requests are counted, for what they cost."""
    rivals: bool = True
    """Whether all that others do is measured too, or but what targets speak of."""

    @property
    def few_folders(self) -> int:
        return max(1, self.folders * self.few // self.keys)


FULL = Size()
SHORT = replace(
    FULL,
    keys=100_000,
    few=10_000,
    small_folders=1_000,
    heaps=((50_000, 1), (300_000, 1), (300_000, 3_000)),
    events=3_000,
    minio_events=1_000,
    lines=(20_000, 100_000),
    links=30_000,
    clicks=100,
    counted=((10_000, 10_000), (10_000, 100), (10_000, 1), (100_000, 1_000)),
)
CHECK = replace(
    SHORT,
    delays=(0, 50),
    heaps=(),
    few=5_000,
    events=1_000,
    lines=(20_000, 60_000),
    clicks=12,
    counted=(),
    rivals=False,
)
SIZES = {"check": CHECK, "short": SHORT, "full": FULL}
