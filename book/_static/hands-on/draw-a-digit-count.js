/** Count how many test digits the network reads right, without blocking the page. */

import { runNetwork, tensor } from "./arithmetic.js";
import { digitRead } from "./draw-a-digit-words.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./arithmetic.js").Network} Network */

const LONG = 12; // milliseconds at a time, so that the page answers in between

/**
 * Count right answers.
 * @param {Network} network
 * @param {{pixels: Tensor, labels: Tensor}} digits - Pixels from 0 to 255.
 * @param {Record<string, Set<number>>} off - Filters whose maps are set to zero.
 * @param {AbortSignal} [stop]
 * @returns {Promise<number|null>} null where it was stopped.
 */
export async function countRight(network, digits, off, stop) {
  let right = 0;
  let began = performance.now();
  for (let k = 0; k < digits.labels.data.length; k++) {
    if (performance.now() - began > LONG) {
      await new Promise((go) => void setTimeout(go));
      began = performance.now();
    }
    if (stop?.aborted) return null;
    const { digit } = runNetwork(network, digitAt(digits.pixels, k), off);
    if (digitRead(digit.data) === digits.labels.data[k]) right += 1;
  }
  return right;
}

/**
 * Take one digit out of many.
 * @param {Tensor} pixels - Shape [count, height, width], from 0 to 255.
 * @param {number} k
 * @returns {Tensor} Shape [height, width, 1], from 0 to 1.
 */
export function digitAt({ shape: [, height, width], data }, k) {
  const size = height * width;
  const values = data.subarray(k * size, (k + 1) * size);
  return tensor([height, width, 1], values.map((value) => value / 255));
}
