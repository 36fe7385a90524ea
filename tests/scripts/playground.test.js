import assert from "node:assert/strict";
import { test } from "node:test";
import { tensor } from "../../book/_static/hands-on/arithmetic.js";
import { inkOn } from "../../book/_static/hands-on/ink.js";
import * as play from "../../book/_static/hands-on/playground.js";
import {
  digitNamed, imageOptions, kernelNamed, kernelOptions,
} from "../../book/_static/hands-on/playground-choices.js";

const image = tensor([6, 6], Array.from({ length: 36 }, (_, k) => (k % 7) / 6));
const weights = tensor([3, 3], [1, 0, -1, 2, 0.5, -2, 1, 0, -1]);
/** @type {play.Setting} */
const setting = { image, weights, bias: 0.25, stride: 1, dilation: 1, padding: "valid",
  relu: false };

test("a weight can be typed with either sign, point or comma", () => {
  const typed = { "0.5": 0.5, " -1 ": -1, "\u22120,25": -0.25, ".5": 0.5, "+2.": 2 };
  for (const [text, value] of Object.entries(typed)) {
    assert.equal(play.weightFrom(text), value, text);
  }
});

test("what is no number is refused", () => {
  for (const text of ["", " ", "x", "1x", "1e999", "--1", "-", ".", "1,2,3", "Infinity"]) {
    assert.equal(play.weightFrom(text), null, text);
  }
});

test("a weight stays within its limit", () => {
  for (const text of ["100", "-100", "\u2212100,0"]) {
    assert.equal(Math.abs(play.weightFrom(text) ?? 0), play.LIMIT, text);
  }
  for (const text of ["100.01", "-101", "9".repeat(40), "9".repeat(400)]) {
    assert.equal(play.weightFrom(text), null, text);
  }
});

test("a number has as many digits as fit into a cell", () => {
  const written = { 0: "0.00", "-0.051": "\u22120.05", 9.994: "9.99", 9.996: "10.0",
    "-12.5": "\u221212.5", 99.96: "100", "-100": "\u2212100" };
  for (const [value, text] of Object.entries(written)) {
    assert.equal(play.brief(Number(value)), text);
    assert.ok(text.length <= 5, text);
  }
});

test("a kernel keeps its middle weights when its size changes", () => {
  const wide = play.resized(weights, 5);
  assert.equal(wide.data[6], 1);
  assert.equal(wide.data[13], -2);
  assert.equal(wide.data.filter((weight) => weight === 0).length, 16 + 2);
  assert.deepEqual(play.resized(wide, 3), weights);
});

for (const stride of [1, 2, 3]) {
  for (const dilation of [1, 2]) {
    for (const padding of /** @type {const} */ (["valid", "same"])) {
      test(`each value is the sum at its place: ${stride}, ${dilation}, ${padding}`, () => {
        const all = { ...setting, stride, dilation, padding };
        const { shape: [rows, columns], data } = play.mapOf(all);
        for (let k = 0; k < rows * columns; k++) {
          const row = Math.floor(k / columns);
          const { sum, products } = play.answerAt(all, [row, k % columns]);
          assert.ok(Math.abs(sum - data[k]) < 1e-5);
          assert.equal(products.length, 9);
        }
      });
    }
  }
}

test("bias and ReLU are part of the map only where they are switched on", () => {
  const before = play.mapOf(setting).data;
  const after = play.mapOf({ ...setting, relu: true }).data;
  before.forEach((sum, k) => {
    assert.ok(Math.abs(Math.max(sum + 0.25, 0) - after[k]) < 1e-6);
  });
  assert.ok(before.some((sum) => sum < 0));
});

test("pixels of the padding are told apart from black ones", () => {
  const answer = play.answerAt({ ...setting, padding: "same" }, [0, 0]);
  assert.deepEqual(answer.start, [-1, -1]);
  assert.equal(answer.patch.filter((pixel) => pixel === null).length, 5);
  assert.equal(answer.patch[4], 0);
  assert.match(play.tellAnswer(setting, answer), /reaches 5 zeros of the padding/);
});

test("a dilated kernel covers more, and reads as many pixels", () => {
  const { across, patch } = play.answerAt({ ...setting, dilation: 2 }, [0, 1]);
  assert.equal(across, 5);
  assert.deepEqual(patch.slice(0, 3), [1, 3, 5].map((k) => image.data[k]));
});

test("the sentence has the sum, the bias and what ReLU does", () => {
  const answer = play.answerAt(setting, [0, 0]);
  const told = (/** @type {number} */ sum) => play.tellAnswer(setting, { ...answer, sum });
  assert.match(told(1), /up to 1\.00\. With the bias, 0\.25, this gives 1\.25, and ReLU l/);
  assert.match(told(-1), /gives \u22120\.75, and ReLU makes it 0\./);
});

test("the largest value is found", () => {
  assert.deepEqual(play.largestAt(tensor([2, 3], [-5, -4, -3, -2, -1, -9])), [1, 1]);
});

test("words on a colour are black or white, whichever has more contrast", () => {
  const inks = { "rgb(255 255 255)": "black", "rgb(0 0 0)": "white",
    "rgb(205 79 69)": "black", "rgb(49 124 183)": "black", "rgb(5 48 97)": "white" };
  for (const [colour, ink] of Object.entries(inks)) {
    assert.equal(inkOn(colour), ink, colour);
  }
});

const part = {
  key: "a",
  facts: { running: 1, named: { "shift right": [[0, 0, 0], [1, 0, 0], [0, 0, 0]] } },
  arrays: {
    kernels: tensor([1, 1, 3], [7, 8, 9]),
    biases: tensor([3], [1, 2, 3]),
    pixels: tensor([4, 1, 2], [0, 255, 51, 0, 1, 2, 3, 4]),
    labels: tensor([4], [7, 2, 7, 1]),
  },
};

test("the kernel that the book follows comes first, then the others, then names", () => {
  const options = kernelOptions(part);
  assert.deepEqual(options.map(([key]) => key),
    ["learned 1", "learned 0", "learned 2", "shift right", "own"]);
  assert.match(options[0][1], /the book's/);
});

test("a kernel is found by its key", () => {
  const { weights: learned, bias } = kernelNamed(part, "learned 2");
  assert.deepEqual([...learned.data, bias], [9, 3]);
  assert.equal(kernelNamed(part, "shift right").weights.data[3], 1);
});

test("images are named by what they show", () => {
  assert.deepEqual(imageOptions(part),
    [["0", "7 (the book's)"], ["3", "1"], ["1", "2"], ["2", "7, another"]]);
  assert.ok(Math.abs(digitNamed(part, "1").data[0] - 0.2) < 1e-6);
});
