import assert from "node:assert/strict";
import { test } from "node:test";
import { tensor } from "../../book/_static/hands-on/arithmetic.js";
import { countRight, digitAt } from "../../book/_static/hands-on/draw-a-digit-count.js";
import { readInk, reluOf } from "../../book/_static/hands-on/draw-a-digit-state.js";
import * as words from "../../book/_static/hands-on/draw-a-digit-words.js";
import { UNCHANGED } from "../../book/_static/hands-on/transform.js";
import { layers } from "./layers.js";

/** One filter adds up all; a bright image is read as 1, a dark one as 0. */
const small = {
  layers: [layers[0], layers[1], layers[6], layers[7]],
  arrays: {
    "conv1/kernel": tensor([1, 1, 1, 1], [1]),
    "conv1/bias": tensor([1]),
    "digit/kernel": tensor([784, 2], Array(784).fill([0, 1]).flat()),
    "digit/bias": tensor([2], [5, 0]),
  },
};
const two = {
  pixels: { ...tensor([2, 28, 28]), data: Float32Array.from({ length: 1568 },
    (_, k) => (k < 784 ? 0 : 255)) },
  labels: tensor([2], [0, 1]),
};

test("layers have the names of the page", () => {
  const names = layers.slice(0, 6).map(({ name }) => words.layerInWords(layers, name));
  assert.deepEqual(names, [
    "first layer, before ReLU", "first layer, after ReLU", "after the first pooling",
    "second layer, before ReLU", "second layer, after ReLU", "after the second pooling",
  ]);
});

test("a filter is switched off after the ReLU of its layer", () => {
  const found = layers.slice(0, 6).map(({ name }) => reluOf(layers, name));
  assert.deepEqual(found, ["relu1", "relu1", "relu1", "relu2", "relu2", "relu2"]);
});

test("filters that are off are named", () => {
  const say = (/** @type {words.Off} */ off) => words.filtersInWords(layers, off);
  assert.equal(say({}), "");
  assert.equal(say({ relu1: new Set() }), "");
  assert.equal(say({ relu1: new Set([3]) }), "filter 3 of the first layer");
  assert.equal(
    say({ relu1: new Set([10, 5, 2]), relu2: new Set([0]) }),
    "filters 2, 5 and 10 of the first layer and filter 0 of the second layer",
  );
});

test("a change is told with as many digits as it needs", () => {
  const tell = (/** @type {number} */ now, changed = true, off = {}) =>
    words.tellChange({ before: [0.02, 0.98], now: [1 - now, now], changed, off, layers });
  assert.equal(tell(0.31),
    "With the changes, the probability of 1 is 0.31 instead of 0.98.");
  assert.equal(tell(0.9812),
    "With the changes, the probability of 1 is 0.981 instead of 0.980.");
  assert.equal(tell(0.98), "With the changes, the probability of 1 stays at 0.98.");
  assert.equal(tell(0.98, false), "");
  const off = { relu2: new Set([7]) };
  assert.match(tell(0.5, false, off), /^Without filter 7 of the second layer, the/);
  assert.match(tell(0.5, true, off), /^With the changes and without filter 7 of/);
});

test("it is said why a value does or does not matter", () => {
  const shares = { before: [0.1, 0.9], now: [0.3, 0.7] };
  const given = { value: 2, off: false, beaten: false, ...shares };
  const tell = (more = {}) => words.tellCause({ ...given, ...more });
  assert.equal(tell(), "Without it, the probability of 1 is 0.70 instead of 0.90.");
  assert.match(tell({ beaten: true }), /the pooling keeps a larger value/);
  assert.match(tell({ value: 0 }), /^It is 0, so/);
  assert.match(tell({ value: 0, off: true }), /filter is off/);
  assert.match(tell({ value: -1 }), /^ReLU makes it 0/);
});

test("sliders say what they do, with one and with several", () => {
  const { across, down, turn, stroke } = words.amounts;
  assert.deepEqual([across(0), across(1), across(-3)],
    ["not shifted", "1 pixel right", "3 pixels left"]);
  assert.deepEqual([down(2), down(-1)], ["2 pixels down", "1 pixel up"]);
  assert.deepEqual([turn(0), turn(15), turn(-90)], ["0°", "15° right", "90° left"]);
  assert.deepEqual([stroke(0), stroke(1), stroke(-2)],
    ["as drawn", "1 step thicker", "2 steps thinner"]);
});

test("ink is read as it is changed, and compared with the ink as drawn", () => {
  const ink = tensor([280, 280]);
  ink.data.fill(1, 100 * 280 + 100, 100 * 280 + 180);
  const plain = readInk(small, ink, UNCHANGED, {});
  assert.equal(plain.before, null);
  assert.deepEqual([plain.changed, plain.empty, plain.lost], [false, false, false]);
  assert.deepEqual(plain.outputs.image.shape, [28, 28, 1]);
  const off = readInk(small, ink, UNCHANGED, { relu1: new Set([0]) });
  assert.ok(off.now.data[0] > 0.99);
  assert.deepEqual(off.before?.data, plain.now.data);
  const lost = readInk(small, ink, { ...UNCHANGED, stroke: -3 }, {});
  assert.deepEqual([lost.changed, lost.empty, lost.lost], [true, true, true]);
  const none = readInk(small, tensor([280, 280]), { ...UNCHANGED, turn: 5 }, {});
  assert.deepEqual([none.empty, none.lost], [true, false]);
});

test("right answers are counted, and the count can be stopped", async () => {
  assert.equal(await countRight(small, two, {}), 2);
  assert.equal(await countRight(small, two, { relu1: new Set([0]) }), 1);
  assert.equal(await countRight(small, two, {}, AbortSignal.abort()), null);
  assert.equal(digitAt(two.pixels, 1).data[783], 1);
});
