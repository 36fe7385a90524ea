import assert from "node:assert/strict";
import { test } from "node:test";
import { tensor } from "../../book/_static/hands-on/arithmetic.js";
import {
  UNCHANGED, changeInk, isUnchanged, rotated, shifted, thickened,
} from "../../book/_static/hands-on/transform.js";

const image = tensor([3, 3], [0, 0, 0, 1, 2, 0, 0, 0, 3]);

/**
 * @param {number} size
 * @param {...number} places
 */
function dots(size, ...places) {
  const found = tensor([size, size]);
  for (const place of places) found.data[place] = 1;
  return found;
}

/** @param {import("../../book/_static/hands-on/arithmetic.js").Tensor} one */
const total = ({ data }) => data.reduce((sum, value) => sum + value, 0);

test("a shift moves to the right and down, and loses what leaves", () => {
  assert.deepEqual([...shifted(image, { across: 1, down: 0 }).data],
    [0, 0, 0, 0, 1, 2, 0, 0, 0]);
  assert.deepEqual([...shifted(image, { across: 0, down: -1 }).data],
    [1, 2, 0, 0, 0, 3, 0, 0, 0]);
  assert.equal(total(shifted(image, { across: 5, down: 0 })), 0);
});

test("a quarter turn to the right takes the top to the right", () => {
  const turned = rotated(dots(5, 2), 90); // the middle of the top row
  const side = turned.shape[0];
  const brightest = turned.data.indexOf(Math.max(...turned.data));
  const middle = (side - 1) / 2;
  assert.equal(Math.floor(brightest / side), middle);
  assert.equal(brightest % side, middle + 2);
  assert.ok(Math.abs(turned.data[brightest] - 1) < 1e-5);
});

test("corners are kept when an image is turned", () => {
  const turned = rotated(dots(20, 0, 19, 380, 399), 45);
  assert.ok(Math.abs(total(turned) - 4) < 0.8, `${total(turned)}`);
  const back = rotated(dots(20, 0, 19, 380, 399), 0);
  assert.ok(Math.abs(total(back) - 4) < 1e-5);
});

test("a dot grows to a disc with soft edges", () => {
  const grown = thickened(dots(9, 40), 2);
  assert.equal(grown.data[40], 1);
  assert.equal(grown.data[40 + 1], 1);
  assert.equal(grown.data[40 + 2], 1);
  assert.equal(grown.data[40 + 3], 0);
  assert.equal(thickened(dots(9, 40), 1.5).data[40 + 2], 0.5);
  assert.deepEqual(grown.data[40 - 2], grown.data[40 + 18]);
});

test("strokes grow thicker and thinner by as much, and vanish when too thin", () => {
  const bar = tensor([280, 280]);
  for (let row = 100; row < 120; row++) bar.data.fill(1, row * 280 + 40, row * 280 + 240);
  const height = (/** @type {number} */ stroke) => {
    const found = changeInk(bar, { ...UNCHANGED, stroke });
    const { shape: [side], data } = found;
    let sum = 0;
    for (let row = 0; row < side; row++) sum += data[row * side + side / 2];
    return sum;
  };
  assert.equal(height(2), 10 + 2 * 2);
  assert.equal(height(-2), 10 - 2 * 2);
  assert.equal(height(-6), 0);
});

test("unchanged ink is the same ink, and ink is not written on", () => {
  const ink = dots(280, 5);
  assert.equal(changeInk(ink, UNCHANGED), ink);
  assert.equal(changeInk(ink, { ...UNCHANGED, across: 3 }), ink);
  changeInk(ink, { ...UNCHANGED, stroke: 2, turn: 10 });
  assert.equal(total(ink), 1);
  assert.equal(isUnchanged(UNCHANGED), true);
  assert.equal(isUnchanged({ ...UNCHANGED, turn: 1 }), false);
});

test("turned ink without strokes stays empty", () => {
  assert.equal(total(changeInk(tensor([280, 280]), { ...UNCHANGED, turn: 30 })), 0);
  assert.equal(total(changeInk(tensor([280, 280]), { ...UNCHANGED, stroke: -2 })), 0);
});
