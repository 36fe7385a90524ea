"""The guessing game: choosing, checking, the score, and further games."""

import numpy as np
import pytest
from convlens import morans_i
from playwright.sync_api import expect
from scipy.stats import hypergeom
from site_in_browser import PHONE

PAGE = NAME = "trained-or-not"
FACTS = """async (name) => {
  const { part } = await import("/_static/hands-on/files.js");
  return (await part(name)).facts;
}"""
GAMES = """async (count) => {
  const { part } = await import("/_static/hands-on/files.js");
  const { mixByLot } = await import("/_static/hands-on/guessing.js");
  const { kernels } = (await part("film")).arrays;
  return Array.from({ length: count }, () => mixByLot(kernels));
}"""


@pytest.fixture
def game(piece):
    """Open the game; also what is known of its kernels."""

    def start(**looks):
        page, found = piece(PAGE, NAME, **looks)
        return page, found, page.evaluate(FACTS, NAME)

    return start


def kernel(found, k):
    return found.get_by_role("button", name=f"kernel {k}", exact=True)


def choose(found, chosen):
    for k in chosen:
        kernel(found, k).click()


def check(found):
    # forced: while it refuses, it says that it is disabled
    found.get_by_role("button", name="Check").click(force=True)


def test_the_score_stands_against_luck_and_against_the_number(game):
    page, found, facts = game()
    trained = np.flatnonzero(facts["trained"])
    others = np.setdiff1d(range(16), trained)
    choose(found, [*trained[:6], *others[:2]])
    check(found)
    words = found.locator(".words").inner_text()
    assert words.startswith("6 hits of 8.")
    assert f"come in {hypergeom.sf(5, 16, 8, 8):.2%} of all games" in words
    largest = np.argsort(facts["morans_i"], kind="stable")[-8:]
    by_order = np.array(facts["trained"])[largest].sum()
    assert f"and has {by_order} hits." in words
    bars = found.locator(".luck-bars").get_by_role("img").get_attribute("aria-label")
    for hits in range(9):
        assert f"{hits}: {hypergeom.pmf(hits, 16, 8, 8):.2%}" in bars
    assert f"you at 6, Moran's I at {by_order}" in bars
    page.wait_for_timeout(400)
    assert found.locator("p.unseen[role=status]").inner_text().startswith("6 hits of 8")


def test_each_kernel_then_says_whether_it_is_trained(game):
    _, found, facts = game()
    choose(found, range(8))
    assert "trained" not in found.locator(".kernels").inner_text()
    check(found)
    for k, (trained, order) in enumerate(
        zip(facts["trained"], facts["morans_i"], strict=True)
    ):
        told = found.locator(".verdict").nth(k).inner_text()
        assert told.startswith("trained" if trained else "not trained")
        assert told.endswith(f"{order:.2f}".replace("-", "−"))


def test_eight_are_needed_and_a_ninth_is_refused(game):
    _, found, _ = game()
    trouble = found.locator(".trouble")
    choose(found, range(7))
    check(found)
    expect(trouble).to_have_text("Choose 1 more kernel first.")
    assert found.locator(".words").count() == 0
    choose(found, [7, 8])
    assert "8 kernels are chosen already" in trouble.inner_text()
    assert kernel(found, 8).get_attribute("aria-pressed") == "false"
    choose(found, [7])
    assert trouble.inner_text() == ""
    assert "7 of 8 chosen" in found.inner_text()
    choose(found, [8])
    assert kernel(found, 8).get_attribute("aria-pressed") == "true"


def test_a_finger_plays_a_whole_game(game):
    _, found, _ = game(width=PHONE, has_touch=True)
    for k in range(8, 16):
        kernel(found, k).tap()
    found.get_by_role("button", name="Check").tap()
    assert "hits of 8" in found.locator(".words").inner_text()


def test_the_keyboard_plays_a_whole_game(game):
    page, found, _ = game()
    kernel(found, 0).focus()
    for key, k in (("ArrowRight", 1), ("ArrowDown", 9), ("Home", 0), ("End", 15)):
        page.keyboard.press(key)
        expect(kernel(found, k)).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowLeft")
    for _ in range(9):
        page.keyboard.press("Tab")
    expect(found.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    assert "hits of 8" in found.locator(".words").inner_text()


def drawn_kernels(found):
    """Return the pictures of a game's kernels, whatever their order."""
    pictures = [
        one.evaluate("e => e.toDataURL()") for one in found.locator("canvas").all()
    ]
    assert len(pictures) == 16
    return set(pictures)


def test_further_games_are_new_and_the_visit_adds_up(game):
    page, found, facts = game()
    best = np.flatnonzero(facts["trained"])
    choose(found, best)
    check(found)
    first = drawn_kernels(found)
    found.get_by_role("button", name="Another game").click()
    assert "Game 2. Which 8 of these 16" in found.inner_text()
    assert "below goes on with the kernels of the first game" in found.inner_text()
    assert found.locator(".words").count() == 0
    choose(found, range(8))
    check(found)
    hits = int(found.locator(".score").inner_text().split()[0])
    assert f"2 games: {hits + 8} of 16 hits." in found.locator(".words").inner_text()
    # Single kernels may come again. All of them together: once in 12,870 games.
    assert drawn_kernels(found) != first


def test_after_a_game_nothing_more_is_chosen(game):
    _, found, _ = game()
    choose(found, range(8))
    check(found)
    kernel(found, 0).click(force=True)
    assert "This game is over" in found.locator(".trouble").inner_text()
    assert kernel(found, 0).get_attribute("aria-pressed") == "true"


def test_the_kernels_of_games_are_those_of_the_network_and_so_is_the_number(game):
    page, _, _ = game()
    for mix in page.evaluate(GAMES, 5):
        kernels = np.array(mix["weights"]).transpose(1, 2, 0)[:, :, np.newaxis]
        assert sum(mix["trained"]) == 8
        np.testing.assert_allclose((kernels**2).mean(axis=(0, 1)), 1, atol=1e-5)
        np.testing.assert_allclose(mix["order"], morans_i(kernels)[0], atol=1e-4)


def test_the_weights_can_be_read_as_numbers(game):
    _, found, facts = game()
    found.get_by_role("button", name="Read the weights").click()
    kernel(found, 3).focus()
    expect(found.locator("caption")).to_have_text("Weights of kernel 3")
    told = [
        [float(one.replace("−", "-")) for one in row.inner_text().split("\t")]
        for row in found.locator(".weights tr").all()
    ]
    np.testing.assert_allclose(told, facts["weights"][3], atol=0.051)
    described = kernel(found, 3).get_attribute("aria-describedby").split()
    texts = [found.locator(f"#{one}").text_content() for one in described]
    assert any("Row 1:" in text for text in texts)
