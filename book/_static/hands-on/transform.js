/** Change ink before it is prepared, and an image after it. */

import { tensor } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */

/**
 * @typedef {object} Change
 * @property {number} across - Pixels to the right, in what the network receives.
 * @property {number} down - Pixels downwards, there.
 * @property {number} turn - Degrees clockwise.
 * @property {number} stroke - Steps by which the strokes get thicker; below 0, thinner.
 */

/** @type {Change} */
export const UNCHANGED = { across: 0, down: 0, turn: 0, stroke: 0 };

/**
 * @param {Change} change
 * @returns {boolean}
 */
export function isUnchanged(change) {
  return Object.values(change).every((amount) => amount === 0);
}

const FINE = 140; // pixels along a side are enough for changed ink

/**
 * Turn ink, and make its strokes thicker or thinner. Unchanged ink stays as it is.
 * @param {Tensor} ink - Shape [size, size].
 * @param {Change} change
 * @returns {Tensor} Changed ink is coarser, and turned ink has a wider field.
 */
export function changeInk(ink, { turn, stroke }) {
  if (!turn && !stroke) return ink;
  const coarse = reduced(ink, Math.max(Math.floor(ink.shape[0] / FINE), 1));
  const turned = turn ? rotated(coarse, turn) : coarse;
  if (stroke > 0) return thickened(turned, stroke);
  return stroke < 0 ? inverse(thickened(inverse(turned), -stroke)) : turned;
}

/**
 * Average over blocks.
 * @param {Tensor} ink - Shape [size, size].
 * @param {number} by - Pixels along the side of a block.
 * @returns {Tensor}
 */
function reduced({ shape: [size], data }, by) {
  const side = Math.ceil(size / by);
  const found = tensor([side, side]);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = Math.floor(row / by) * side + Math.floor(column / by);
      found.data[at] += data[row * size + column] / by ** 2;
    }
  }
  return found;
}

/**
 * Turn an image about its middle, in a field so wide that nothing is cut off.
 * @param {Tensor} image - Shape [size, size].
 * @param {number} degrees - Clockwise.
 * @returns {Tensor}
 */
export function rotated(image, degrees) {
  const size = image.shape[0];
  const side = size + 2 * Math.ceil(((Math.SQRT2 - 1) / 2) * size + 1);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middle, from] = [(side - 1) / 2, (size - 1) / 2];
  const found = tensor([side, side]);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [down, across] = [row - middle, column - middle];
      const y = from + down * cos - across * sin;
      const x = from + down * sin + across * cos;
      if (y <= -1 || x <= -1 || y >= size || x >= size) continue;
      found.data[row * side + column] = between(image, y, x);
    }
  }
  return found;
}

/**
 * Read an image between its pixels; beyond its border it is black.
 * @param {Tensor} image
 * @param {number} y
 * @param {number} x
 * @returns {number}
 */
function between({ shape: [height, width], data }, y, x) {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let sum = 0;
  for (const row of [top, top + 1]) {
    for (const column of [left, left + 1]) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      const share = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
      if (share > 1e-6) sum += share * data[row * width + column];
    }
  }
  return sum;
}

/**
 * Let ink grow on all sides: each pixel takes the largest value in a round neighbourhood.
 * @param {Tensor} image - Shape [size, size].
 * @param {number} radius - In pixels.
 * @returns {Tensor}
 */
export function thickened({ shape, data }, radius) {
  const [height, width] = shape;
  const near = neighbourhood(radius);
  const found = { shape, data: data.slice() };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = data[row * width + column];
      if (!(value > 0)) continue;
      for (const [down, across, weight] of near) {
        const [y, x] = [row + down, column + across];
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        const at = y * width + x;
        if (value * weight > found.data[at]) found.data[at] = value * weight;
      }
    }
  }
  return found;
}

/**
 * List the pixels around one; those on the edge count in part, so that it stays smooth.
 * @param {number} radius
 * @returns {[number, number, number][]} Rows and columns away, and how much they count.
 */
function neighbourhood(radius) {
  const most = Math.ceil(radius);
  /** @type {[number, number, number][]} */
  const found = [];
  for (let down = -most; down <= most; down++) {
    for (let across = -most; across <= most; across++) {
      const weight = Math.min(radius + 1 - Math.hypot(down, across), 1);
      if (weight > 0) found.push([down, across, weight]);
    }
  }
  return found;
}

/**
 * @param {Tensor} image
 * @returns {Tensor} White where it was black.
 */
function inverse({ shape, data }) {
  return { shape, data: data.map((value) => 1 - value) };
}

/**
 * Shift an image by whole pixels; what leaves the field is lost, and black follows.
 * @param {Tensor} image - Shape [height, width].
 * @param {{across: number, down: number}} by
 * @returns {Tensor}
 */
export function shifted({ shape: [height, width], data }, { across, down }) {
  const found = tensor([height, width]);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = [row - down, column - across];
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      found.data[row * width + column] = data[y * width + x];
    }
  }
  return found;
}
