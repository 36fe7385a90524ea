/** Prepare ink as the digits of MNIST were prepared. */

import { tensor } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {{row: number, column: number, height: number, width: number}} Box */

const FIELD = 28; // pixels along a side of what the network receives
const BOX = 20; // pixels along the longer side of the digit in it
const CENTRE = 14; // the pixel nearest to the centre of mass, counted from 0

/**
 * Crop ink to its box, scale its longer side to 20 pixels, and place it so that its
 * centre of mass lies in the centre of a field of 28 by 28.
 * @param {Tensor} ink - Shape [height, width], black is 0, white is 1.
 * @returns {{image: Tensor, empty: boolean}} Without ink the image is black.
 */
export function prepare(ink) {
  const box = boxOf(ink);
  if (!box) return { image: tensor([FIELD, FIELD]), empty: true };
  return { image: placed(scaled(ink, box)), empty: false };
}

/**
 * Find the smallest box with all the ink; null where there is none.
 * @param {Tensor} ink
 * @returns {Box|null}
 */
export function boxOf({ shape: [height, width], data }) {
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!(data[row * width + column] > 0)) continue;
      top = Math.min(top, row);
      bottom = row;
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  if (bottom < 0) return null;
  return { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

/**
 * Scale a box of ink by averaging over areas, so that its edges become grey.
 * @param {Tensor} ink
 * @param {Box} box
 * @returns {Tensor}
 */
function scaled(ink, box) {
  const cell = Math.max(box.height, box.width) / BOX;
  const across = shares(box.width, cell);
  const down = shares(box.height, cell);
  const found = tensor([down.length, across.length]);
  const rows = tensor([box.height, across.length]);
  for (let row = 0; row < box.height; row++) {
    const from = (box.row + row) * ink.shape[1] + box.column;
    across.forEach((parts, column) => {
      const at = row * across.length + column;
      for (const [pixel, share] of parts) rows.data[at] += share * ink.data[from + pixel];
    });
  }
  down.forEach((parts, row) => {
    for (const [pixel, share] of parts) {
      for (let column = 0; column < across.length; column++) {
        const at = row * across.length + column;
        found.data[at] += share * rows.data[pixel * across.length + column];
      }
    }
  });
  return found;
}

/**
 * Cut a side into cells: which pixels lie in each, and with which share of the cell.
 * @param {number} size - Pixels along the side.
 * @param {number} cell - Length of a cell in pixels; the last one may reach beyond.
 * @returns {[number, number][][]}
 */
function shares(size, cell) {
  const count = Math.max(Math.ceil(size / cell - 1e-9), 1);
  return Array.from({ length: count }, (_, k) => {
    const [first, last] = [k * cell, Math.min((k + 1) * cell, size)];
    /** @type {[number, number][]} */
    const parts = [];
    for (let pixel = Math.floor(first); pixel < last; pixel++) {
      const length = Math.min(pixel + 1, last) - Math.max(pixel, first);
      if (length > 1e-9) parts.push([pixel, length / cell]);
    }
    return parts;
  });
}

/**
 * Put a digit into the field by whole pixels, its centre of mass nearest to the centre.
 * With the centre at pixel 14 this puts each of the first thousand test digits of MNIST
 * back where it was. A digit that would be cut off there stays whole instead.
 * @param {Tensor} digit
 * @returns {Tensor}
 */
function placed(digit) {
  const [height, width] = digit.shape;
  const mass = centreOfMass(digit);
  const top = startOf(mass[0], height);
  const left = startOf(mass[1], width);
  const field = tensor([FIELD, FIELD]);
  for (let row = 0; row < height; row++) {
    const line = digit.data.subarray(row * width, (row + 1) * width);
    field.data.set(line, (top + row) * FIELD + left);
  }
  return field;
}

/**
 * @param {number} mass - Where the centre of mass lies in the digit.
 * @param {number} size - Of the digit.
 * @returns {number} The pixel of the field where the digit begins.
 */
function startOf(mass, size) {
  return Math.min(Math.max(Math.floor(CENTRE - mass + 0.5), 0), FIELD - size);
}

/**
 * @param {Tensor} image
 * @returns {[number, number]} Row and column, counted from 0.
 */
function centreOfMass({ shape: [, width], data }) {
  let [total, down, across] = [0, 0, 0];
  data.forEach((value, k) => {
    total += value;
    down += value * Math.floor(k / width);
    across += value * (k % width);
  });
  return [down / total, across / total];
}
