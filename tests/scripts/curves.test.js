import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, placed } from "../../book/_static/hands-on/curves.js";

const box = { width: 120, height: 130, left: 15, right: 5, top: 10, bottom: 20 };

test("the largest value is at the top, zero in the box, and no value no place", () => {
  const { places, zero } = placed([0, 0.5, 1], [null, 4, 1], box);
  assert.deepEqual(places, [null, { x: 65, y: 10 }, { x: 115, y: 85 }]);
  assert.equal(zero, 110);
});

test("values below zero lie below its line", () => {
  const { places, zero } = placed([0, 1], [-1, 3], box);
  assert.equal(zero, 85);
  assert.equal(places[0]?.y, 110);
});

test("values that are all zero lie at the foot", () => {
  assert.deepEqual(placed([0], [0], box), { places: [{ x: 15, y: 110 }], zero: 110 });
});

test("words that would overlap are moved apart, others are left", () => {
  assert.deepEqual(apart(10, 40, 15), [10, 40]);
  assert.deepEqual(apart(20, 25, 15), [15, 30]);
  assert.deepEqual(apart(25, 20, 15), [30, 15]);
});
