/** The guessing game: mixing kernels by lot, counting hits, and what luck alone gives. */

import { moransI } from "./morans-i.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */

/**
 * @typedef {object} Mix
 * @property {boolean[]} trained - Whether each kernel is.
 * @property {number[][][]} weights - The rows of each kernel.
 * @property {number[]} order - Moran's I of each kernel.
 */

/**
 * Take the mix of the still figure.
 * @param {Part} part
 * @returns {Mix}
 */
export function firstMix({ facts }) {
  return { trained: facts.trained, weights: facts.weights, order: facts.morans_i };
}

/**
 * Mix anew: half of the filters as they are after training, in an order drawn by lot.
 * @param {Tensor} film - Shape [frames, height, width, filters].
 * @param {() => number} [random] - From 0 to just below 1.
 * @returns {Mix}
 */
export function mixByLot(film, random = Math.random) {
  const filters = film.shape[3];
  const all = Array.from({ length: filters }, (_, k) => k);
  const drawn = new Set(shuffled(all, random).slice(0, Math.floor(filters / 2)));
  const order = shuffled(all, random);
  const weights = order.map((filter) =>
    atStrengthOne(kernelOf(film, drawn.has(filter) ? film.shape[0] - 1 : 0, filter)),
  );
  return {
    trained: order.map((filter) => drawn.has(filter)),
    weights,
    order: weights.map(moransI),
  };
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {() => number} random
 * @returns {Item[]} The same ones, every order equally likely.
 */
function shuffled(items, random) {
  const mixed = [...items];
  for (let k = mixed.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [mixed[k], mixed[other]] = [mixed[other], mixed[k]];
  }
  return mixed;
}

/**
 * @param {Tensor} film
 * @param {number} frame
 * @param {number} filter
 * @returns {number[][]} Rows of weights.
 */
function kernelOf({ shape: [, height, width, filters], data }, frame, filter) {
  return Array.from({ length: height }, (_, y) =>
    Array.from(
      { length: width },
      (_, x) => data[((frame * height + y) * width + x) * filters + filter],
    ),
  );
}

/**
 * Divide a kernel by the root mean square of its weights, so that size tells nothing.
 * @param {number[][]} rows
 * @returns {number[][]}
 */
function atStrengthOne(rows) {
  const squares = rows.flat().map((weight) => weight ** 2);
  const mean = squares.reduce((one, other) => one + other, 0) / squares.length;
  const strength = Math.sqrt(mean) || 1;
  return rows.map((row) => row.map((weight) => weight / strength));
}

/**
 * Count how many kernels are to be chosen: as many as are trained.
 * @param {Mix} mix
 * @returns {number}
 */
export function wanted({ trained }) {
  return trained.filter(Boolean).length;
}

/**
 * Let Moran's I play: it chooses the kernels with the largest values.
 * @param {Mix} mix
 * @returns {number[]} As many as are to be chosen. Of equal ones the later are taken.
 */
export function chosenByOrder(mix) {
  const smallestFirst = mix.order.map((_, k) => k);
  smallestFirst.sort((one, other) => mix.order[one] - mix.order[other]);
  return smallestFirst.slice(smallestFirst.length - wanted(mix));
}

/**
 * Count the chosen kernels that are trained.
 * @param {Mix} mix
 * @param {Iterable<number>} chosen
 * @returns {number}
 */
export function hitsOf({ trained }, chosen) {
  return [...chosen].filter((kernel) => trained[kernel]).length;
}

/**
 * Compute how likely each number of hits is for a blind pick: hypergeometric.
 * @param {number} kernels - In all.
 * @param {number} many - Are trained; as many are picked.
 * @returns {number[]} For 0 hits, 1 hit, and so on up to `many`.
 */
export function blindPick(kernels, many) {
  const picks = ways(kernels, many);
  return Array.from(
    { length: many + 1 },
    (_, hits) => (ways(many, hits) * ways(kernels - many, many - hits)) / picks,
  );
}

/**
 * Count the ways to pick some of several.
 * @param {number} several
 * @param {number} some
 * @returns {number}
 */
function ways(several, some) {
  let count = several >= some ? 1 : 0;
  for (let k = 1; k <= some; k++) count = (count * (several - some + k)) / k;
  return Math.round(count);
}
