import assert from "node:assert/strict";
import { test } from "node:test";
import { tensor } from "../../book/_static/hands-on/arithmetic.js";
import { boxOf, prepare } from "../../book/_static/hands-on/preparation.js";

/**
 * White rectangles on black.
 * @param {number} size
 * @param {...[number, number, number, number]} boxes - Row, column, height, width.
 */
function ink(size, ...boxes) {
  const found = tensor([size, size]);
  for (const [row, column, height, width] of boxes) {
    for (let k = row; k < row + height; k++) {
      found.data.fill(1, k * size + column, k * size + column + width);
    }
  }
  return found;
}

/** @param {import("../../book/_static/hands-on/arithmetic.js").Tensor} image */
const total = ({ data }) => data.reduce((one, other) => one + other, 0);

test("without ink it is empty, and black", () => {
  const { image, empty } = prepare(tensor([280, 280]));
  assert.equal(empty, true);
  assert.deepEqual(image.shape, [28, 28]);
  assert.equal(total(image), 0);
});

test("the longer side becomes 20 pixels, the other keeps its share", () => {
  const { image } = prepare(ink(280, [20, 40, 200, 100]));
  assert.deepEqual(boxOf(image), { row: 5, column: 10, height: 20, width: 10 });
  assert.ok(Math.abs(total(image) - 200) < 1e-3);
});

test("small and large digits come out the same", () => {
  const small = prepare(ink(280, [10, 10, 40, 20], [50, 10, 40, 40])).image;
  const large = prepare(ink(280, [80, 60, 80, 40], [160, 60, 80, 80])).image;
  small.data.forEach((value, k) => assert.ok(Math.abs(value - large.data[k]) < 1e-5));
});

test("the centre of mass comes to pixel 14, not the middle of the box", () => {
  const { image } = prepare(ink(280, [100, 100, 100, 10], [190, 100, 10, 40]));
  let [down, across] = [0, 0];
  image.data.forEach((value, k) => {
    down += (value * Math.floor(k / 28)) / total(image);
    across += (value * (k % 28)) / total(image);
  });
  for (const mass of [down, across]) assert.ok(Math.abs(mass - 14) <= 0.5, `${mass}`);
  assert.notEqual(boxOf(image)?.row, 5);
});

test("edges become grey by the area that is covered", () => {
  const { image } = prepare(ink(280, [100, 100, 41, 2]));
  const column = [...image.data].filter((value) => value > 0);
  assert.equal(column.length, 20);
  for (const value of column) assert.ok(Math.abs(value - 2 / 2.05) < 1e-5);
});

test("ink up to the border, one pixel of ink, and a line are prepared", () => {
  const full = prepare(ink(280, [0, 0, 280, 280])).image;
  assert.deepEqual(boxOf(full), { row: 5, column: 5, height: 20, width: 20 });
  assert.ok(Math.abs(total(full) - 400) < 1e-2);
  const dot = prepare(ink(280, [279, 279, 1, 1]));
  assert.equal(dot.empty, false);
  assert.ok(Math.abs(total(dot.image) - 400) < 1e-2);
  assert.equal(boxOf(prepare(ink(280, [0, 0, 1, 280])).image)?.height, 1);
});

test("a digit is not cut off where its mass lies at one end", () => {
  const heavy = prepare(ink(280, [0, 0, 280, 280]));
  const { image } = prepare(ink(280, [0, 0, 2, 280], [0, 240, 280, 40]));
  assert.equal(boxOf(image)?.width, 20);
  assert.equal(heavy.empty, false);
  const tail = prepare(ink(280, [139, 0, 2, 280], [0, 250, 280, 30])).image;
  assert.deepEqual(boxOf(tail), { row: 5, column: 0, height: 20, width: 20 });
});
