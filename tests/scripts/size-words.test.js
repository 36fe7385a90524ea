import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut } from "../../book/_static/hands-on/size-drawing.js";
import { outputSize, samePadding } from "../../book/_static/hands-on/sizes.js";
import {
  counted, formula, runs, speakFormula, tellNoPlace, tellPadding, tellPlace, tellReads,
  tellSetting, zerosOf,
} from "../../book/_static/hands-on/size-words.js";

const eight = { size: 8, kernel: 3 };

test("things are counted in words", () => {
  assert.equal(counted(0, "zero"), "0 zeros");
  assert.equal(counted(1, "zero"), "1 zero");
  assert.equal(counted(2, "place"), "2 places");
});

test("numbers that follow each other are written as a run", () => {
  assert.deepEqual(runs([1, 2, 4, 5, 6, 8]), ["1", "2", "4 to 6", "8"]);
  assert.deepEqual(runs([]), []);
});

test("the padding is named, or counted on each side", () => {
  assert.deepEqual(zerosOf(eight, "valid"), [0, 0]);
  assert.deepEqual(zerosOf(eight, "same"), [1, 1]);
  assert.deepEqual(zerosOf(eight, "4"), [4, 4]);
});

test("a place tells its pixels and zeros in their order", () => {
  const spread = { ...eight, dilation: 2 };
  assert.equal(tellPlace(spread, [0, 0], 2), "Place 2 multiplies pixels 2, 4 and 6.");
  assert.equal(tellPlace(eight, [0, 0], 0), "Place 0 multiplies pixels 0 to 2.");
  const [first, last] = [0, 7].map((place) => tellPlace(eight, [1, 1], place));
  assert.equal(first, "Place 0 multiplies 1 zero, then pixels 0 and 1.");
  assert.equal(last, "Place 7 multiplies pixels 6 and 7, then 1 zero.");
  const wide = { size: 1, kernel: 5 };
  const both = "Place 0 multiplies 2 zeros, then pixel 0, then 2 zeros.";
  assert.equal(tellPlace(wide, [2, 2], 0), both);
});

test("a place may multiply zeros alone", () => {
  const small = { size: 8, kernel: 1 };
  assert.equal(tellPlace(small, [2, 2], 0), "Place 0 multiplies 1 zero and no pixel.");
  const around = { size: 1, kernel: 2, dilation: 2 };
  assert.equal(tellPlace(around, [1, 1], 0), "Place 0 multiplies 2 zeros and no pixel.");
});

test("an odd zero lies after the last pixel", () => {
  const odd = tellPadding("same", [1, 2]);
  assert.match(odd, /adds 3 zeros: 1 before, 2 after\. The odd one lies after the last/);
  assert.match(tellPadding("same", [0, 1]), /adds 1 zero: 0 before, 1 after\. The odd one/);
  assert.match(tellPadding("same", [1, 1]), /^.same. adds 2 zeros: 1 before, 1 after\.$/);
  assert.equal(tellPadding("same", [0, 0]), "\u201csame\u201d adds no zeros here.");
  assert.equal(tellPadding("2", [2, 2]), "Padding adds 4 zeros: 2 before, 2 after.");
  assert.equal(tellPadding("valid", [0, 0]), "");
});

test("pixels that are never read are named", () => {
  assert.equal(tellReads([1, 0, 0, 1]), "Pixels 1 and 2 are never read.");
  assert.equal(tellReads([1, 0, 1]), "Pixel 1 is never read.");
  assert.equal(tellReads([0, 0, 0, 1, 0]), "Pixels 0 to 2 and 4 are never read.");
  const every = Array.from({ length: 20 }, (_, pixel) => (pixel + 1) % 2);
  const many = "10 of the 20 pixels are never read: 1, 3, 5 and so on, up to pixel 19.";
  assert.equal(tellReads(every), many);
});

test("where all are read, it is told how often", () => {
  const between = "Every pixel is read at least once and at most 3 times.";
  assert.equal(tellReads([1, 2, 3]), between);
  assert.equal(tellReads([2, 2]), "Every pixel is read twice.");
  assert.equal(tellReads([1]), "The only pixel is read once.");
});

test("it is told why a kernel has no place", () => {
  const start = "The kernel covers 5 pixels, but there";
  const end = "So it has no place, and the formula gives less than 1.";
  const wide = { kernel: 5 };
  assert.equal(tellNoPlace({ ...wide, size: 4 }, [0, 0]), `${start} are only 4. ${end}`);
  assert.equal(tellNoPlace({ ...wide, size: 1 }, [0, 0]), `${start} is only 1. ${end}`);
  const padded = tellNoPlace({ ...wide, size: 1 }, [1, 1]);
  assert.equal(padded, `${start} are only 3, zeros included. ${end}`);
});

test("the formula is read out with its numbers", () => {
  const setting = { size: 8, kernel: 3, stride: 2, dilation: 1 };
  const words =
    "8 pixels plus 1 zero, minus 1 times the difference of 3 and 1, minus 1; divided by " +
    "2 and rounded down; plus 1: 4.";
  assert.equal(speakFormula(setting, [0, 1]), words);
  assert.match(speakFormula({ size: 1, kernel: 5 }, [0, 0]), /: minus 3\.$/);
});

test("what changes with a setting is told in one go", () => {
  const told = tellSetting(eight, [1, 1], "same", [2, 3, 3, 3, 3, 3, 3, 2]);
  assert.match(told, /^8 places\. .same. adds 2 zeros.* Every pixel is read at least/);
  const three = { size: 3, kernel: 3 };
  assert.match(tellSetting(three, [0, 0], "valid", [1, 1, 1]), /^1 place\. /);
});

const SETTINGS = [1, 2, 7, 8, 31, 32].flatMap((size) =>
  [1, 2, 3, 9].flatMap((kernel) =>
    [1, 2, 5].flatMap((stride) =>
      [1, 2, 4].map((dilation) => ({ size, kernel, stride, dilation })),
    ),
  ),
);

test("the formula counts the places, whatever the setting", () => {
  for (const setting of SETTINGS) {
    for (const padding of ["valid", "same", "1", "4"]) {
      const zeros = zerosOf(setting, padding);
      assert.equal(Math.max(formula(setting, zeros), 0), outputSize(setting, zeros));
    }
  }
});

test("with same padding the formula gives the pixels by the stride, rounded up", () => {
  for (const setting of SETTINGS) {
    const [before, after] = samePadding(setting);
    assert.ok([0, 1].includes(after - before));
    const { size, stride } = setting;
    assert.equal(formula(setting, [before, after]), Math.ceil(size / stride));
  }
});

test("the drawing fits the room, or is no narrower than can be read", () => {
  const roomy = layOut({ size: 32, kernel: 9, dilation: 4 }, [16, 16], 608);
  assert.equal(roomy.width, 608);
  assert.ok(roomy.x(32 + 15) < 608);
  const narrow = layOut({ size: 32, kernel: 9, dilation: 4 }, [16, 16], 330);
  assert.equal(narrow.cell, 8);
  assert.ok(narrow.width > 330);
});

test("the pixels stay where they are when padding adds a zero on a side", () => {
  const [valid, same] = [[0, 0], [1, 1]].map((zeros) =>
    layOut(eight, /** @type {[number, number]} */ (zeros), 330),
  );
  assert.equal(valid.x(0), same.x(0));
  assert.equal(valid.x(7), same.x(7));
});
