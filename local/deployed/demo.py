"""Everything the project does, shown on this machine: the deployed template, fed with PDFs.

    python -m local.deployed.demo [FOLDER]

FOLDER, by default .local, is where the emulator's files lie while it runs, and its log stays where a step fails.
Each step does what it says and checks it; the first that does not hold ends the demo with exit code 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.daemon import Daemon, DaemonError
from local.deployed import emulator, package
from local.deployed.chapter import PREFIX, Chapter, Step, samples, shortened
from local.deployed.demo_share import Share
from local.deployed.deployment import DeploymentError, deploy
from local.deployed.library import Library, LibraryError, fetch, prefix_of, seconds_until
from local.project import LOCAL
from local.signals import end_like_ctrl_c
from shared.domain.manifest import Line

LOST = f"{PREFIX}acme/lost.pdf"
CHOSEN = {"OpenLinks": "ENABLED", "UrlExpirySeconds": "12"}  # soon enough to see a link die


class Manifests(Chapter):
    """How manifests come to say what is in the bucket."""

    def upload(self) -> None:
        self.title("PDFs uploaded: S3 tells a queue, the queue a function, the function writes the manifest")
        for key, content in self.pdfs.items():
            self.library.upload(key, content)
            took = seconds_until(partial(self.library.shows, key), f"{key} in its manifest")
            self.say(f"{key}: in its manifest after {took:.2f} s")
            self.settle()

    def read(self) -> None:
        self.title("The manifests that made")
        for prefix in sorted({prefix_of(key) for key in self.pdfs}):
            self.say(self.library.place(prefix).key)
            for line in self.library.manifest(prefix).values():
                self.say(f"  {described(line)}")

    def download(self) -> None:
        self.title("A link from the manifest, followed without any credentials")
        self.follow(next(iter(self.pdfs)))

    def delete(self) -> None:
        self.title("A PDF deleted")
        key = next(iter(self.pdfs))
        self.library.delete(key)
        took = seconds_until(lambda: self.library.line(key) is None, f"{key} gone from its manifest")
        del self.pdfs[key]
        self.say(f"{key}: gone from its manifest after {took:.2f} s")

    def lose(self) -> None:
        self.title("An event lost: notifications are off while a PDF is uploaded")
        self.pdfs[LOST] = next(iter(self.pdfs.values()))
        with self.library.unheard():
            self.library.upload(LOST, self.pdfs[LOST])
            time.sleep(1)
        if self.library.line(LOST):
            raise LibraryError(f"{LOST} is in its manifest, though nobody was told")
        self.say(f"{LOST}: in the bucket, but a second later still not in its manifest")

    def heal(self) -> None:
        self.title("The full scan, as it runs every night: its state machine, in ranges as for a large bucket")
        began = time.monotonic()
        execution = self.library.start(plan=3)
        output = self.library.output_of(execution)
        took = time.monotonic() - began
        ranges = next(len(told["ranges"]) for told in self.library.answers(execution) if "ranges" in told)
        self.say(
            f"{ranges} ranges side by side, then what they cut: {output['count']} documents listed, "
            f"{output['folders']} manifests rebuilt in {took:.2f} s"
        )
        self.follow(LOST)

    def compare(self) -> None:
        self.title("Bucket and manifests compared")
        shown = {key for prefix in map(prefix_of, self.pdfs) for key in self.library.manifest(prefix)}
        if shown != set(self.pdfs):
            raise LibraryError(f"the manifests differ from the bucket in {sorted(shown ^ set(self.pdfs))}")
        self.say(f"the same {len(shown)} documents")

    def settle(self) -> None:
        """Wait for the queue, so that the next upload is timed from rest: not while a second function starts."""
        seconds_until(lambda: self.library.waiting_events() == 0, "every event handled")

    def follow(self, key: str) -> None:
        line = self.library.line(key)
        if line is None or line.url is None:
            raise LibraryError(f"{key} has no link in its manifest")
        self.compare_bytes(shortened(line.url), fetch(line.url), key)


def described(line: Line) -> str:
    """A line for people: its link is shown without what makes it one."""
    assert line.url is not None
    ends = f"until {line.expires_at}" if line.expires_at else "for good"
    return f"{line.key.rsplit('/', 1)[-1]}  {line.size:,} bytes  {shortened(line.url)}  {ends}"


def steps(screen: Console, library: Library) -> tuple[Step, ...]:
    """In the order in which they make sense: what was shared early shows late that its links do not die."""
    pdfs = samples()
    manifests, share = Manifests(screen, library, pdfs), Share(screen, library, pdfs)
    begun = (manifests.upload, manifests.read, manifests.download, share.share)
    healed = (manifests.delete, manifests.lose, manifests.heal, manifests.compare)
    return (*begun, *healed, share.outlive, share.take_back)


def run(screen: Console, local: Path) -> None:
    """All of it, on an emulator of its own that ends with it."""
    began = time.monotonic()
    with deployed(screen, local) as library:
        for step in steps(screen, library):
            step()
    screen.print(f"\n[bold]All of it held.[/bold] {time.monotonic() - began:.0f} s; nothing is left running.")


@contextmanager
def deployed(screen: Console, local: Path) -> Iterator[Library]:
    """The template, deployed, with its functions awake: they have answered the test events S3 sends."""
    local.mkdir(exist_ok=True)
    screen.print("[bold]template.yaml deployed into an AWS emulator on this machine, its roles enforced[/bold]")
    with timed(screen, "emulator installed"):
        emulator.install()
    with timed(screen, "functions packed with their dependencies"):
        package.package(package.HERE)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=local))
    with emulator.emulator(folder) as running, log_kept_on_failure(folder, log_in(local)):
        with timed(screen, "deployed"):
            library = Library(deploy(running.aws(), CHOSEN))
        with timed(screen, "functions awake"):
            seconds_until(lambda: library.waiting_events() == 0, "S3's test events answered")
            library.awake()
        yield library


@contextmanager
def timed(screen: Console, what: str) -> Iterator[None]:
    """Say what the block has done, and how long it took."""
    began = time.monotonic()
    with screen.status(f"{what} …"):
        yield
    screen.print(f"  {what}: {time.monotonic() - began:.1f} s", highlight=False)


@contextmanager
def log_kept_on_failure(folder: Path, log: Path) -> Iterator[None]:
    """The emulator's folder goes when it ends; where a step fails, its log is what tells why."""
    log.unlink(missing_ok=True)
    try:
        yield
    except Exception:
        shutil.copy(Daemon(folder).log, log)
        raise


def log_in(local: Path) -> Path:
    return local / "demo.log"


def main() -> None:
    """What `make demo` runs."""
    end_like_ctrl_c()
    local = Path(sys.argv[1]).resolve() if sys.argv[1:] else LOCAL
    try:
        run(Console(highlight=False), local)
    except KeyboardInterrupt:
        sys.exit("Interrupted; nothing is left running.")
    except (DaemonError, DeploymentError, subprocess.CalledProcessError) as error:
        sys.exit(f"The demo could not start: {error}")
    except (LibraryError, OSError, BotoCoreError, ClientError) as error:
        log = os.path.relpath(log_in(local))
        sys.exit(f"The demo failed: {error}\nThe log of the emulator and the functions: {log}")


if __name__ == "__main__":
    main()
