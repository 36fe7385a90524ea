"""The figures that readers move: where each stands, and five states of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator
from site_in_browser import PHONE, ROOT, WIDE, open_page

TAGS = re.compile(r"tags: \[hide-input, hands-on, ([\w-]+)\]")
PIECES = [
    (path.stem, name)
    for path in sorted((ROOT / "book").glob("*.md"))
    for name in TAGS.findall(path.read_text())
]


@dataclass
class State:
    """What a picture shows of a piece; ``data`` is False where its data is missing."""

    width: int = WIDE
    scheme: str = "light"
    used: bool = False
    data: bool = True


STATES = (
    State(),
    State(used=True),
    State(scheme="dark", used=True),
    State(width=PHONE, used=True),
    State(width=PHONE, scheme="dark", data=False),
)


def guess(found: Locator) -> None:
    """Choose the first eight kernels, and see the score."""
    for k in range(8):
        found.get_by_role("button", name=f"kernel {k}", exact=True).click()
    found.get_by_role("button", name="Check").click()


def to_the_end(found: Locator) -> None:
    """Move the slider of the training to the last step."""
    found.get_by_role("slider").press("End")


USES: dict[str, Callable[[Locator], None]] = {
    "kernel-playground": lambda found: found.get_by_role("textbox").first.fill("x"),
    "size-explorer": lambda found: found.get_by_role(
        "button", name="same, stride 2"
    ).click(),
    "watch-the-filters": to_the_end,
    "watch-in-small": to_the_end,
    "trained-or-not": guess,
    "draw-a-digit": lambda found: found.get_by_role("slider", name="Rotation").press(
        "End"
    ),
}


def picture(
    address: str, started: Browser, piece: tuple[str, str], state: State
) -> bytes:
    """Take a picture of a piece in a state, as PNG bytes."""
    page_name, name = piece
    url = f"{address}/book/{page_name}.html"
    page = open_page(started, url, width=state.width, scheme=state.scheme)
    if not state.data:
        page.route("**/hands-on/data/*.bin", lambda route: route.abort())
        page.reload()
    cell = page.locator(f".cell.tag_{name}")
    cell.scroll_into_view_if_needed()
    found = page.locator(f".hands-on.{name}" if state.data else ".hands-on-trouble")
    found.first.wait_for()
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": state.width, "height": height})  # nothing sticks
    if state.used:
        USES[name](found)
    page.wait_for_timeout(400)  # until it has said what is new
    taken = cell.locator("figure").screenshot()
    page.close()
    return taken
