/** The kernels and the images that the reader can choose. */

import { slice, tensor } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */

export const OWN = "own";

/**
 * List the kernels: those that training found, those with a name, and the reader's own.
 * @param {Part} kernels
 * @returns {[string, string][]} Key and text of each.
 */
export function kernelOptions({ facts, arrays }) {
  const count = arrays.kernels.shape[2];
  const order = [...Array(count).keys()].filter((k) => k !== facts.running);
  /** @type {[string, string][]} */
  const learned = [facts.running, ...order].map((k) => {
    const mark = k === facts.running ? " (the book's)" : "";
    return [`learned ${k}`, `learned ${k}${mark}`];
  });
  /** @type {[string, string][]} */
  const named = Object.keys(facts.named).map((name) => [name, name]);
  return [...learned, ...named, [OWN, "your own"]];
}

/**
 * Find a kernel by its key.
 * @param {Part} kernels
 * @param {string} name
 * @returns {{weights: Tensor, bias: number}}
 */
export function kernelNamed({ facts, arrays }, name) {
  const learned = /^learned (\d+)$/.exec(name);
  if (learned) {
    const filter = Number(learned[1]);
    return { weights: slice(arrays.kernels, filter), bias: arrays.biases.data[filter] };
  }
  const rows = facts.named[name];
  return { weights: tensor([rows.length, rows.length], rows.flat()), bias: 0 };
}

/**
 * List the images by what they show; the first is the one that the book follows.
 * @param {Part} kernels
 * @returns {[string, string][]} Number and text of each.
 */
export function imageOptions({ arrays }) {
  const labels = Array.from(arrays.labels.data);
  const texts = labels.map((label, k) => {
    if (k === 0) return `${label} (the book's)`;
    return labels.indexOf(label) < k ? `${label}, another` : `${label}`;
  });
  const order = [...labels.keys()].slice(1);
  order.sort((one, other) => labels[one] - labels[other]);
  return [0, ...order].map((k) => [`${k}`, texts[k]]);
}

/**
 * Take an image by its number.
 * @param {Part} kernels
 * @param {string} name
 * @returns {Tensor} Shape [height, width], from 0 to 1.
 */
export function digitNamed({ arrays }, name) {
  const { shape: [, height, width], data } = arrays.pixels;
  const size = height * width;
  const pixels = data.subarray(Number(name) * size, (Number(name) + 1) * size);
  return tensor([height, width], Array.from(pixels, (value) => value / 255));
}
