import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork, tensor } from "../../book/_static/hands-on/arithmetic.js";
import {
  brightest, readBy, readersOf, runWithout, valueOf,
} from "../../book/_static/hands-on/tracing.js";
import { layers } from "./layers.js";

/** @typedef {import("../../book/_static/hands-on/arithmetic.js").Tensor} Tensor */

let state = 1;
const next = () => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647 - 0.5;
};

/** @param {...number} shape */
function random(...shape) {
  return tensor(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next));
}

/** @type {import("../../book/_static/hands-on/arithmetic.js").Network} */
const network = {
  layers,
  arrays: {
    "conv1/kernel": random(5, 5, 1, 2), "conv1/bias": tensor([2], [2, 2]),
    "conv2/kernel": random(4, 4, 2, 3), "conv2/bias": tensor([3], [9, 9, 9]),
    "digit/kernel": random(27, 10), "digit/bias": random(10),
  },
};
const image = random(14, 14, 1);
/** @type {Record<string, Tensor>} */
const outputs = { image, ...runNetwork(network, image) };
const MAPS = ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2"];

/** @param {Tensor} one @param {Tensor} other */
function changedCells(one, other) {
  const [, columns, filters = 1] = one.shape;
  return [...one.data.keys()].filter((k) => one.data[k] !== other.data[k]).map((k) => ({
    filter: k % filters,
    column: Math.floor(k / filters) % columns,
    row: Math.floor(k / filters / columns),
  }));
}

/**
 * @param {import("../../book/_static/hands-on/tracing.js").Field|undefined} field
 * @param {{row: number, column: number, filter: number}} cell
 */
function lies(field, { row, column, filter }) {
  if (!field) return false;
  const { patch } = field;
  return (field.filter === null || field.filter === filter) &&
    row >= patch.row && row < patch.row + patch.height &&
    column >= patch.column && column < patch.column + patch.width;
}

test("a value changes with the pixels of its field, and with no others", () => {
  for (const cell of [
    { layer: "conv1", row: 0, column: 13, filter: 1 },
    { layer: "conv2", row: 3, column: 4, filter: 0 },
    { layer: "pool2", row: 2, column: 1, filter: 2 },
  ]) {
    const field = readBy(network, outputs, cell).image;
    const value = valueOf(outputs, cell);
    let [top, bottom] = [14, -1];
    for (let k = 0; k < 196; k++) {
      const data = image.data.slice();
      data[k] += 40;
      const pixel = { row: Math.floor(k / 14), column: k % 14, filter: 0 };
      const now = valueOf(runNetwork(network, { shape: image.shape, data }), cell);
      if (now === value) continue;
      assert.ok(lies(field, pixel), `${cell.layer} ${k}`);
      [top, bottom] = [Math.min(top, pixel.row), Math.max(bottom, pixel.row)];
    }
    const { row, height } = field.patch;
    assert.deepEqual([top, bottom], [row, row + height - 1], cell.layer);
  }
});

test("fields are patches of the network's sizes, clipped at the border", () => {
  const middle = readBy(network, outputs, { layer: "pool2", row: 1, column: 1, filter: 2 });
  assert.deepEqual(middle.relu2, {
    patch: { row: 2, column: 2, height: 2, width: 2 }, filter: 2 });
  assert.deepEqual(middle.pool1, {
    patch: { row: 1, column: 1, height: 5, width: 5 }, filter: null });
  assert.deepEqual(middle.relu1.patch, { row: 2, column: 2, height: 10, width: 10 });
  assert.deepEqual(middle.image.patch, { row: 0, column: 0, height: 14, width: 14 });
  const corner = readBy(network, outputs, { layer: "conv1", row: 0, column: 0, filter: 0 });
  assert.deepEqual(Object.keys(corner), ["image"]);
  assert.deepEqual(corner.image.patch, { row: 0, column: 0, height: 3, width: 3 });
});

test("only what reads a value changes with it", () => {
  for (const cell of [
    { layer: "conv1", row: 0, column: 0, filter: 1 },
    { layer: "relu1", row: 7, column: 6, filter: 0 },
    { layer: "pool1", row: 6, column: 3, filter: 1 },
    { layer: "relu2", row: 4, column: 5, filter: 2 },
  ]) {
    const readers = readersOf(network, outputs, cell);
    const { shape, data } = outputs[cell.layer];
    const more = { shape, data: data.slice() };
    more.data[(cell.row * shape[1] + cell.column) * shape[2] + cell.filter] += 50;
    const behind = network.layers.slice(MAPS.indexOf(cell.layer) + 1);
    const found = runNetwork({ layers: behind, arrays: network.arrays }, more);
    for (const name of MAPS.slice(MAPS.indexOf(cell.layer) + 1)) {
      const changed = changedCells(outputs[name], found[name]);
      for (const one of changed) assert.ok(lies(readers[name], one), name);
      const rows = new Set(changed.map(({ row }) => row));
      assert.equal(rows.size, readers[name].patch.height, `${cell.layer} ${name}`);
    }
  }
});

test("a value that the pooling has no room for has no readers behind it", () => {
  const cell = { layer: "relu2", row: 6, column: 6, filter: 0 };
  assert.deepEqual(readersOf(network, outputs, cell), {});
});

test("without a value the rest runs on as if it were zero", () => {
  const cell = brightest(outputs, "pool1", 1);
  const rest = runWithout(network, outputs, cell);
  const behind = ["conv2", "relu2", "pool2", "flatten", "logits", "digit"];
  assert.deepEqual(Object.keys(rest), behind);
  assert.notEqual(rest.digit.data[0], outputs.digit.data[0]);
  assert.ok(valueOf(outputs, cell) > 0);
  const off = { relu2: new Set([0, 1, 2]) };
  const none = runWithout(network, outputs, cell, off).logits.data;
  none.forEach((value, k) => {
    assert.ok(Math.abs(value - network.arrays["digit/bias"].data[k]) < 1e-6);
  });
});

test("the brightest place of a map is found, the first of several", () => {
  const maps = { a: tensor([2, 2, 2], [0, 5, 3, 5, 3, 1, 0, 1]) };
  assert.deepEqual(brightest(maps, "a", 0), { layer: "a", filter: 0, row: 0, column: 1 });
  assert.deepEqual(brightest(maps, "a", 1), { layer: "a", filter: 1, row: 0, column: 0 });
  assert.equal(valueOf(maps, brightest(maps, "a", 1)), 5);
});

test("a layer that is not there is refused", () => {
  const cell = { layer: "conv9", row: 0, column: 0, filter: 0 };
  assert.throws(() => readBy(network, outputs, cell), /there is no conv9/);
});
