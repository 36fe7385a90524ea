"""What every interactive figure promises: access, quiet, speed, refusals in words."""

import gzip
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from exported_data import network_of
from page_sources import BOOK
from pieces_in_use import PIECES, STATES, picture
from site_in_browser import PHONE, WIDE

SCRIPTS = BOOK / "_static" / "hands-on"
ZOOMED = 640  # pixels of a screen of 1280, seen at 200 %
LOOKS = {
    "light": {},
    "dark": {"scheme": "dark"},
    "phone": {"width": PHONE, "has_touch": True},
    "dark phone": {"width": PHONE, "scheme": "dark", "has_touch": True},
    "at 200 %": {"width": ZOOMED},
    "less motion": {"reduced_motion": "reduce"},
}
every_piece = pytest.mark.parametrize(("page", "name"), PIECES)
SMALL = """place => [...place.querySelectorAll("button, select, input, a, summary")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 80), one.closest("label") ?? one])
  .map(([name, one]) => [name, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
  .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""


def test_each_piece_has_a_page():
    text = (SCRIPTS / "mount.js").read_text()
    begun = re.findall(r'load: \(\) => import\("./([\w-]+).js"\)', text)
    assert sorted(name for _, name in PIECES) == sorted(begun)
    assert len(begun) >= 5


@every_piece
def test_a_piece_has_pictures_of_five_states(place, page, name):
    taken = {picture(*place, (page, name), state) for state in STATES}
    assert len(taken) == len(STATES) == 5


def faults_of_access(opened, name):
    """What axe finds in a piece, without fetching the style sheets again."""
    return Axe().run(opened, f".hands-on.{name}", {"preload": False})


@every_piece
@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_everyone_can_use_a_piece(piece, page, name, looks):
    opened, found = piece(page, name, **looks)
    width = looks.get("width", WIDE)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert found.evaluate(SMALL) == []
    results = faults_of_access(opened, name)
    assert results.violations_count == 0, results.generate_report()


@every_piece
def test_a_fault_of_access_is_found(piece, page, name):
    opened, found = piece(page, name)
    found.evaluate("place => place.append(document.createElement('button'))")
    assert faults_of_access(opened, name).violations_count == 1
    assert len(found.evaluate(SMALL)) <= 1


@every_piece
def test_the_still_figure_can_be_had_back(piece, page, name):
    opened, found = piece(page, name)
    figure = opened.locator(f".cell.tag_{name} figure")
    live = figure.locator(".caption-text").inner_text()
    figure.get_by_role("button", name="Show the still figure").click()
    assert not found.is_visible()
    assert figure.locator("img:visible").count() == 1
    assert figure.locator(".caption-text").inner_text() != live
    figure.get_by_role("button", name="Show the moving figure").click()
    assert found.is_visible()
    assert figure.locator("img:visible").count() == 0
    assert figure.locator(".caption-text").inner_text() == live


@every_piece
def test_without_scripts_the_still_figure_stands_there(place, page, name):
    address, started = place
    opened = started.new_page(java_script_enabled=False)
    opened.goto(f"{address}/book/{page}.html")
    figure = opened.locator(f".cell.tag_{name} figure")
    assert figure.locator("img").count() >= 1
    assert opened.locator(".hands-on").count() == 0
    opened.close()


@every_piece
def test_in_print_the_still_figure_stands_there(piece, page, name):
    opened, found = piece(page, name)
    opened.emulate_media(media="print")
    figure = opened.locator(f".cell.tag_{name} figure")
    assert not found.is_visible()
    assert figure.locator("img:visible").count() == 1
    assert figure.locator("button:visible").count() == 0


@every_piece
def test_a_piece_begins_in_less_than_a_tenth_of_a_second(piece, page, name, capsys):
    opened, _ = piece(page, name)
    spent = opened.evaluate(
        f"performance.getEntriesByName('hands-on {name}').map((one) => one.duration)"
    )[0]
    with capsys.disabled():
        print(f"\n{name}: begun in {spent / 100:.2f} of a tenth of a second")
    assert spent < 100


@every_piece
def test_the_script_of_a_piece_is_small(page, name):
    assert compressed(f"{name}.js") < 30_000


def compressed(name: str, seen: set[str] | None = None) -> int:
    """Bytes of a module and of all that it imports, each compressed by itself."""
    seen = set() if seen is None else seen
    seen.add(name)
    text = (SCRIPTS / name).read_text()
    imported = re.findall(
        r'^(?:import|export)[^;]*? from "\./([\w-]+\.js)"', text, re.M
    )
    others = sum(compressed(one, seen) for one in imported if one not in seen)
    return len(gzip.compress(text.encode())) + others


def data_asked_for(opened) -> list[str]:
    return [url for url in opened.asked if "/hands-on/data/" in url]


def test_data_is_fetched_when_a_reader_comes_near_and_only_once(opened):
    page, _ = opened("book/feature-maps.html")
    assert data_asked_for(page) == []
    page.locator(".cell.tag_draw-a-digit").scroll_into_view_if_needed()
    page.locator(".hands-on.draw-a-digit").wait_for()
    found = data_asked_for(page)
    assert any("/network-" in url for url in found)
    assert len(found) == len({*found})
    page.close()


TROUBLES = {
    "missing": (lambda route: route.fulfill(status=404), "is not there"),
    "cut short": (lambda route: route.fulfill(body=b"1234"), "incomplete: 4 of"),
    "unreachable": (lambda route: route.abort(), "could not be loaded"),
}


@pytest.mark.parametrize(("fault", "told"), TROUBLES.values(), ids=TROUBLES)
def test_data_that_does_not_come_is_told_and_can_be_asked_for_again(
    opened, fault, told
):
    page, _ = opened("book/index.html")
    page.route("**/hands-on/data/looks-*.bin", fault)
    name = "stride-padding-kernel-size"
    page.goto(page.url.replace("index", name))
    page.locator(".cell.tag_size-explorer").scroll_into_view_if_needed()
    trouble = page.locator(".hands-on-trouble")
    trouble.wait_for()
    assert told in trouble.inner_text()
    assert page.locator(".cell.tag_size-explorer img:visible").count() == 1
    assert [one for one in page.said if "Failed to load resource" not in one] == []
    page.unroute("**/hands-on/data/looks-*.bin")
    trouble.get_by_role("button", name="Try again").click()
    page.locator(".hands-on.size-explorer").wait_for()
    assert trouble.count() == 0
    page.close()


def test_data_of_another_build_is_refused(opened):
    page, _ = opened("book/index.html")

    def of_another(route):
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "key": "0123456789abcdef"})

    page.route("**/hands-on/data/looks-*.json", of_another)
    page.goto(page.url.replace("index", "stride-padding-kernel-size"))
    page.locator(".cell.tag_size-explorer").scroll_into_view_if_needed()
    page.locator(".hands-on-trouble").wait_for()
    assert "belongs to another build" in page.locator(".hands-on-trouble").inner_text()
    page.close()


@pytest.mark.parametrize(
    "lacks",
    [
        "delete window.IntersectionObserver",
        "delete HTMLScriptElement.prototype.noModule",
    ],
)
def test_an_old_browser_is_told_so(place, lacks):
    address, started = place
    page = started.new_page()
    page.add_init_script(lacks)
    said = []
    page.on("pageerror", lambda error: said.append(f"{error.stack}"))
    page.goto(f"{address}/book/stride-padding-kernel-size.html")
    assert "in a newer browser" in page.locator(".hands-on-trouble").inner_text()
    assert page.locator(".hands-on").count() == 0
    assert [one for one in said if "hands-on" in one] == []  # the theme complains
    page.close()


def test_a_page_opened_as_a_file_says_how_to_see_more(place, site):
    _, started = place
    page = started.new_page()
    page.goto((site / "book" / "stride-padding-kernel-size.html").as_uri())
    assert "python -m http.server" in page.locator(".hands-on-trouble").inner_text()
    page.close()


def test_a_script_that_does_not_come_is_told(opened):
    page, _ = opened("book/index.html")
    page.route("**/hands-on/mount.js", lambda route: route.abort())
    page.goto(page.url.replace("index", "stride-padding-kernel-size"))
    page.locator(".hands-on-trouble").wait_for()
    assert "could not be loaded" in page.locator(".hands-on-trouble").inner_text()
    page.close()


def test_an_unexpected_fault_becomes_a_sentence(opened):
    page, _ = opened("book/index.html")
    page.route(
        "**/hands-on/size-explorer.js",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="export const needs = []; export const caption = 'a';"
            "export function start() { undefined.nothing; }",
        ),
    )
    page.goto(page.url.replace("index", "stride-padding-kernel-size"))
    page.locator(".cell.tag_size-explorer").scroll_into_view_if_needed()
    page.locator(".hands-on-trouble").wait_for()
    assert (
        "does not run in your browser" in page.locator(".hands-on-trouble").inner_text()
    )
    assert page.said == []
    page.close()


RUN = """async () => {
  const { part } = await import("/_static/hands-on/files.js");
  const { runNetwork, tensor } = await import("/_static/hands-on/arithmetic.js");
  const [network, digits] = await Promise.all([part("network"), part("digits")]);
  const { layers } = network.facts, { arrays } = network;
  const { pixels } = digits.arrays, times = [], found = [];
  for (let k = 0; k < pixels.shape[0]; k++) {
    const image = tensor([28, 28, 1], pixels.data.slice(784 * k, 784 * (k + 1)))
    image.data.forEach((value, at) => { image.data[at] = value / 255; });
    const began = performance.now();
    const outputs = runNetwork({ layers, arrays }, image);
    times.push(performance.now() - began);
    delete outputs.logits;
    found.push(outputs);
  }
  window.found = found;
  return times;
}"""
BYTES = """name => {
  const text = [];
  for (const outputs of window.found) {
    const bytes = new Uint8Array(outputs[name].data.buffer);
    for (let k = 0; k < bytes.length; k += 8192)
      text.push(String.fromCharCode(...bytes.subarray(k, k + 8192)));
  }
  return btoa(text.join(""));
}"""


@pytest.fixture(scope="module")
def computed(place):
    """A page that has sent every sample digit through the network."""
    address, started = place
    page = started.new_page()
    page.goto(f"{address}/book/feature-maps.html")
    times = page.evaluate(RUN)
    yield page, times
    page.close()


def test_the_page_computes_what_keras_computes(computed, site):
    """Every layer's output for every digit of the samples."""
    import base64

    from convlens import feature_maps

    page, _ = computed
    model, x = network_of(site)
    x = x.astype("float32")
    expected = feature_maps(model, x)
    expected |= {"flatten": expected["pool2"], "digit": model.predict(x, verbose=0)}
    assert len(x) == 200
    assert {layer.name for layer in model.layers} - {"image"} == {*expected}
    for name, values in expected.items():
        content = base64.b64decode(page.evaluate(BYTES, name))
        found = np.frombuffer(content, "float32").reshape(values.shape)
        assert np.abs(found - values).max() < 1e-4, name


def test_a_pass_through_the_network_takes_less_than_a_frame(computed, capsys):
    _, times = computed
    spent = float(np.median(times))
    with capsys.disabled():
        print(f"\none pass: {spent / (1000 / 60):.2f} of a frame at 60 frames a second")
    assert spent < 16
