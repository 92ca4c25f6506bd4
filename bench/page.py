"""What Lighthouse says of readers' pages: the index and an author's page with a portrait and ten books.

``python -m bench.page`` (``make bench-page``), some minutes. Needs Chromium, and npm, which fetches Lighthouse in the
version that is named here. Five runs each, on a phone as Lighthouse makes one up; the median of each category is
printed. What a page that is not on the internet cannot have is left out: robots.txt is not the portal's to write.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.servers import BYLINE, byline, running

LIGHTHOUSE = "lighthouse@12.8.2"
AIMS = {"performance": 0.98, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
_LEFT_OUT = ("robots-txt",)


def main() -> int:
    """Measure and print; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missed = False
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as name:
        folder = Path(name)
        command = (str(BYLINE), "demo", "--data", str(folder / "demo"), "--port")
        with running(replace(byline(folder), command=command)) as server:
            site = f"http://127.0.0.1:{server.port}"
            for path in ("/authors/", _with_most_books(site)):
                reports = [_report(f"{site}{path}", folder / "report.json", program) for _ in range(rounds)]
                missed |= _said(path, reports)
    return int(missed)


def _with_most_books(site: str) -> str:
    """The address of the author's page with the most books and a portrait, of those in the demo."""

    def read(url: str) -> dict[str, Any]:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
            found: dict[str, Any] = json.load(answer)
            return found

    authors = [read(f"{each['url']}index.json") for each in read(f"{site}/authors/index.json")["authors"]]
    best = max((author for author in authors if author["photo"]), key=lambda author: len(author["books"]))
    return urlsplit(str(best["url"])).path


def _report(url: str, into: Path, program: str | None) -> dict[str, Any]:
    subprocess.run(
        ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--chrome-flags=--headless=new --no-sandbox", "--output=json",
         f"--output-path={into}", *(f"--skip-audits={audit}" for audit in _LEFT_OUT)],
        env={**os.environ, **({"CHROME_PATH": program} if program else {})},
        check=True,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(into.read_text())
    return report


def _said(path: str, reports: list[dict[str, Any]]) -> bool:
    """Print the medians of a page, and what costs points; whether an aim was missed."""
    medians = {name: statistics.median(report["categories"][name]["score"] or 0 for report in reports) for name in AIMS}
    print(path, *(f"{name} {100 * score:.0f}" for name, score in medians.items()), sep="  ")
    for name, audit in sorted(reports[-1]["audits"].items()):
        score = audit.get("score")
        if score is not None and score < 1:
            print(f"    {name}: {score} {audit.get('displayValue', '')}")
    return any(medians[name] < aim for name, aim in AIMS.items())


if __name__ == "__main__":
    sys.exit(main())
