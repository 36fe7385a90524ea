/** What a kernel computes at one place, and what readers type. */

import { crossCorrelate, slice, tensor } from "./arithmetic.js";
import { signed } from "./elements.js";
import { covered, pixelsOf, samePadding } from "./sizes.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */

/**
 * @typedef {object} Setting
 * @property {Tensor} image - Shape [height, width].
 * @property {Tensor} weights - Shape [size, size].
 * @property {number} bias
 * @property {number} stride
 * @property {number} dilation
 * @property {"valid"|"same"} padding
 * @property {boolean} relu - Whether bias and ReLU are part of the map.
 */

/**
 * @typedef {object} Answer
 * @property {[number, number]} start - Row and column of the image where the patch
 *   begins; below 0 in the padding.
 * @property {number} across - Pixels that the kernel covers along a side.
 * @property {(number|null)[]} patch - Pixels, row by row; null is a zero of the padding.
 * @property {number[]} products
 * @property {number} sum
 */

export const LIMIT = 100; // of a weight, so that sums stay numbers that fit the page

/**
 * Read what was typed into a cell. A comma may stand for the point, and both minus signs.
 * @param {string} text
 * @returns {number|null} null where it is no number, or lies beyond the limit.
 */
export function weightFrom(text) {
  const plain = text.trim().replace("\u2212", "-").replace(",", ".");
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  return Math.abs(value) <= LIMIT ? value : null;
}

/**
 * Write a number with as many digits as fit into a cell.
 * @param {number} value
 * @returns {string}
 */
export function brief(value) {
  const size = Math.abs(value);
  return signed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/**
 * Change the size of a kernel: the middle weights stay, new ones around them are zero.
 * @param {Tensor} weights - Shape [old, old], old odd.
 * @param {number} size - Odd.
 * @returns {Tensor} Shape [size, size].
 */
export function resized({ shape: [old], data }, size) {
  const found = tensor([size, size]);
  const shift = (old - size) / 2;
  found.data.forEach((_, k) => {
    const [row, column] = [Math.floor(k / size) + shift, (k % size) + shift];
    const inside = row >= 0 && column >= 0 && row < old && column < old;
    if (inside) found.data[k] = data[row * old + column];
  });
  return found;
}

/**
 * Compute the whole map.
 * @param {Setting} setting
 * @returns {Tensor} Shape [rows, columns].
 */
export function mapOf({ image, weights, bias, relu, ...options }) {
  const kernel = { shape: [...weights.shape, 1, 1], data: weights.data };
  const input = { shape: [...image.shape, 1], data: image.data };
  const map = slice(crossCorrelate(input, kernel, options), 0);
  const data = map.data.map((sum) => (relu ? Math.max(sum + bias, 0) : sum));
  return { shape: map.shape, data };
}

/**
 * Compute one value of the map, with all that leads to it.
 * @param {Setting} setting
 * @param {[number, number]} at - Row and column of the map.
 * @returns {Answer}
 */
export function answerAt({ image, weights, stride, dilation, padding }, at) {
  const kernel = weights.shape[0];
  const [rows, columns] = image.shape.map((size, axis) => {
    const side = { size, kernel, stride, dilation };
    return pixelsOf(side, padding === "same" ? samePadding(side) : [0, 0], at[axis]);
  });
  const [height, width] = image.shape;
  const patch = rows.flatMap((y) => columns.map((x) => {
    const inside = y >= 0 && x >= 0 && y < height && x < width;
    return inside ? image.data[y * width + x] : null;
  }));
  const products = patch.map((pixel, k) => (pixel ?? 0) * weights.data[k]);
  const sum = products.reduce((one, other) => one + other, 0);
  const across = covered({ size: height, kernel, dilation });
  return { start: [rows[0], columns[0]], across, patch, products, sum };
}

/**
 * Find the place of the largest value.
 * @param {Tensor} map
 * @returns {[number, number]}
 */
export function largestAt({ shape: [, columns], data }) {
  const best = data.indexOf(Math.max(...data));
  return [Math.floor(best / columns), best % columns];
}

/**
 * Say how the value at a place comes about.
 * @param {Setting} setting
 * @param {Answer} answer
 * @returns {string}
 */
export function tellAnswer({ bias }, { patch, sum }) {
  const outside = patch.filter((pixel) => pixel === null).length;
  const zeros = outside === 1 ? "1 zero" : `${outside} zeros`;
  const padded = outside ? ` The patch reaches ${zeros} of the padding, hatched.` : "";
  const total = sum + bias;
  const cut = total < 0 ? "ReLU makes it 0" : "ReLU leaves it as it is";
  return `The products add up to ${signed(sum)}. With the bias, ${signed(bias)}, this ` +
    `gives ${signed(total)}, and ${cut}.${padded}`;
}
