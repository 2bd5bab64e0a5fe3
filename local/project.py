"""Where things are in this project's folder. What is made there is ignored by git."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"  # what runs now: logs, data, how to reach it
TOOLS = ROOT / ".tools"  # programs installed for this project alone
BUILD = ROOT / ".build"
