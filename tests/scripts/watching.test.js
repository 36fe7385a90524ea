import assert from "node:assert/strict";
import { test } from "node:test";
import { crossCorrelate, tensor } from "../../book/_static/hands-on/arithmetic.js";
import * as watching from "../../book/_static/hands-on/watching.js";

const { inWords, mapsOf, nearest, openFilm, reachInWords, shot, stretched } = watching;

const values = Array.from({ length: 3 * 2 * 2 * 2 }, (_, k) => k - 5);
const film = openFilm({
  facts: {
    steps: [0, 8, 1720],
    losses: [null, 2.304, 0.013],
    order: [-0.004, -0.126, 0.434],
    running: 1,
  },
  arrays: { kernels: tensor([3, 2, 2, 2], values) },
});
const pixels = tensor([3, 3], [0, 51, 102, 153, 204, 255, 0, 0, 255]);

/** @param {number} at @param {number} filter */
const kernel = (at, filter) => [0, 1, 2, 3].map((k) => values[at * 8 + k * 2 + filter]);

test("every kernel of every record is found", () => {
  assert.deepEqual([film.last, film.filters, film.running], [2, 2, 1]);
  for (const at of [0, 1, 2]) {
    for (const filter of [0, 1]) {
      const found = shot(film, film.kernels, at, filter);
      assert.deepEqual(found.shape, [2, 2]);
      assert.deepEqual([...found.data], kernel(at, filter));
    }
  }
});

test("a map is what its own kernel makes of the image", () => {
  const maps = mapsOf(film, pixels);
  const image = tensor([3, 3, 1], pixels.data.map((value) => value / 255));
  for (const [at, filter] of [[0, 1], [2, 0]]) {
    const own = tensor([2, 2, 1, 1], kernel(at, filter));
    const expected = crossCorrelate(image, own, { padding: "same" });
    const found = shot(film, maps, at, filter);
    assert.deepEqual(found.shape, [3, 3]);
    assert.deepEqual(found.data, expected.data);
  }
});

test("the axis gives the early steps room", () => {
  const thirds = stretched([0, 8, 24, 56]).map((place) => 3 * place);
  thirds.forEach((third, k) => assert.ok(Math.abs(third - k) < 1e-12));
});

test("the nearest place is found, also beyond the ends", () => {
  assert.deepEqual([-1, 0.2, 0.3, 9].map((x) => nearest([0, 0.5, 1], x)), [0, 0, 1, 2]);
});

test("a record is told in words, without a loss before the first step", () => {
  const start = "Step 0 of 1,720. Loss: none before the first step. Moran's I: 0.00.";
  assert.equal(inWords(film, 0), start);
  assert.equal(inWords(film, 1), "Step 8 of 1,720. Loss: 2.30. Moran's I: \u22120.13.");
});

test("the reach of values is told", () => {
  assert.equal(reachInWords(tensor([2], [-0.5, 1.234])), "from \u22120.50 to 1.23");
});
