import assert from "node:assert/strict";
import { test } from "node:test";
import {
  covered, outputSize, pixelsOf, samePadding, timesRead,
} from "../../book/_static/hands-on/sizes.js";

test("the sizes of the book's examples", () => {
  const setting = { size: 28, kernel: 5 };
  assert.equal(outputSize(setting, [0, 0]), 24);
  assert.deepEqual(samePadding(setting), [2, 2]);
  assert.equal(outputSize(setting, [2, 2]), 28);
  assert.equal(covered({ ...setting, dilation: 2 }), 9);
});

test("same padding puts the odd zero after the last pixel", () => {
  assert.deepEqual(samePadding({ size: 28, kernel: 3, stride: 2 }), [0, 1]);
  assert.deepEqual(samePadding({ size: 7, kernel: 1, stride: 3 }), [0, 0]);
});

test("a kernel that covers more than there is has no place", () => {
  assert.equal(outputSize({ size: 3, kernel: 5 }, [0, 0]), 0);
  assert.equal(outputSize({ size: 5, kernel: 3, dilation: 3 }, [0, 0]), 0);
});

test("the pixels of a place, zeros included", () => {
  assert.deepEqual(pixelsOf({ size: 8, kernel: 3, dilation: 2 }, [1, 1], 0), [-1, 1, 3]);
  assert.deepEqual(pixelsOf({ size: 8, kernel: 2, stride: 3 }, [0, 0], 2), [6, 7]);
});

test("a large stride never reads some pixels", () => {
  assert.deepEqual(timesRead({ size: 7, kernel: 1, stride: 3 }, [0, 0]), [1, 0, 0, 1, 0, 0, 1]);
  assert.deepEqual(timesRead({ size: 4, kernel: 3 }, [1, 1]), [2, 3, 3, 2]);
});
