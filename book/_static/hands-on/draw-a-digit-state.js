/** What follows from the ink, its changes and the filters that are off. */

import { runNetwork, tensor } from "./arithmetic.js";
import { boxOf, prepare } from "./preparation.js";
import { changeInk, isUnchanged, shifted } from "./transform.js";

/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {import("./arithmetic.js").Network} Network */
/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./transform.js").Change} Change */
/** @typedef {Record<string, Set<number>>} Off - Filters by the name of their ReLU. */

/**
 * @typedef {object} State
 * @property {Record<string, Tensor>} outputs - Of each layer; `image` is what went in.
 * @property {Off} off
 * @property {Tensor} now - Probabilities.
 * @property {Tensor|null} before - Of the ink as drawn, with all filters; null where
 *   nothing is changed.
 * @property {boolean} changed - Whether the ink or the image is.
 * @property {boolean} empty - Whether nothing reaches the network.
 * @property {boolean} lost - Whether there was ink, and the changes left none of it.
 */

/**
 * Send ink through the network, as it is changed.
 * @param {Network} network
 * @param {Tensor} ink - Shape [size, size].
 * @param {Change} change
 * @param {Off} off
 * @returns {State}
 */
export function readInk(network, ink, change, off) {
  const changed = !isUnchanged(change);
  const { image, empty } = prepare(changeInk(ink, change));
  const outputs = run(network, shifted(image, change), off);
  const same = !changed && Object.values(off).every(({ size }) => !size);
  const before = same ? null : run(network, prepare(ink).image, {}).digit;
  const lost = empty && boxOf(ink) !== null;
  return { outputs, off, now: outputs.digit, before, changed, empty, lost };
}

/**
 * @param {Network} network
 * @param {Tensor} image - Shape [height, width].
 * @param {Off} off
 * @returns {Record<string, Tensor>}
 */
function run(network, image, off) {
  const input = tensor([...image.shape, 1], image.data);
  return { image: input, ...runNetwork(network, input, off) };
}

/**
 * Find the ReLU behind which a filter is switched off, for any layer of its maps.
 * @param {Layer[]} layers
 * @param {string} name
 * @returns {string}
 */
export function reluOf(layers, name) {
  const place = layers.findIndex((layer) => layer.name === name);
  const isRelu = (/** @type {Layer} */ layer) => layer.kind === "relu";
  const found = layers[place].kind === "convolution"
    ? layers.slice(place).find(isRelu)
    : layers.slice(0, place + 1).findLast(isRelu);
  if (!found) throw new RangeError(`layer: no ReLU for ${name}`);
  return found.name;
}
