/** What the film of a training holds: kernels, maps, and words for each of its records. */

import { crossCorrelate, slice, tensor } from "./arithmetic.js";
import { signed } from "./elements.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */

/**
 * @typedef {object} Film
 * @property {number[]} steps - Of training, at each record; the first is 0.
 * @property {(number|null)[]} losses - Since the record before; none at the first.
 * @property {number[]} order - Moran's I, averaged over the kernels.
 * @property {number} running - The kernel that the book follows.
 * @property {number} last - The last record.
 * @property {number} filters - How many there are.
 * @property {Tensor} kernels - Shape [kh, kw, records * filters], filters varying fastest.
 */

/**
 * Turn the film so that the filters of all records stand side by side, as if they were
 * those of one layer: one slide over an image then makes all maps, which saves time.
 * @param {Part} part
 * @returns {Film}
 */
export function openFilm({ facts, arrays }) {
  const { shape, data } = arrays.kernels;
  const [records, kh, kw, filters] = shape;
  const kernels = tensor([kh, kw, records * filters]);
  const size = kh * kw;
  for (let at = 0; at < records; at++) {
    for (let weight = 0; weight < size; weight++) {
      const from = (at * size + weight) * filters;
      const own = data.subarray(from, from + filters);
      kernels.data.set(own, (weight * records + at) * filters);
    }
  }
  const { steps, losses, order, running } = facts;
  return { steps, losses, order, running, last: records - 1, filters, kernels };
}

/**
 * Slide the kernels of every record over an image, before bias and ReLU.
 * @param {Film} film
 * @param {Tensor} pixels - Shape [height, width], from 0 to 255.
 * @returns {Tensor} Shape [height, width, records * filters], like the kernels.
 */
export function mapsOf({ kernels }, pixels) {
  const [kh, kw, count] = kernels.shape;
  const image = {
    shape: [...pixels.shape, 1],
    data: pixels.data.map((value) => value / 255),
  };
  const filters = { shape: [kh, kw, 1, count], data: kernels.data };
  return crossCorrelate(image, filters, { padding: "same" });
}

/**
 * Take what belongs to one filter at one record.
 * @param {Film} film
 * @param {Tensor} stack - Its kernels, or their maps.
 * @param {number} at
 * @param {number} filter
 * @returns {Tensor} Shape [height, width].
 */
export function shot({ filters }, stack, at, filter) {
  return slice(stack, at * filters + filter);
}

/**
 * Stretch the axis of the steps as the book's figure does, so that the early ones have
 * room: the logarithm of 1 plus the step over that of the second record.
 * @param {number[]} steps
 * @returns {number[]} From 0 to 1.
 */
export function stretched(steps) {
  const places = steps.map((step) => Math.log1p(step / steps[1]));
  return places.map((place) => place / places[places.length - 1]);
}

/**
 * Find the place nearest to a point of the axis.
 * @param {number[]} places
 * @param {number} point
 * @returns {number} Its index.
 */
export function nearest(places, point) {
  const away = places.map((place) => Math.abs(place - point));
  return away.indexOf(Math.min(...away));
}

/**
 * Write a whole number with commas.
 * @param {number} number
 * @returns {string}
 */
export function counted(number) {
  return number.toLocaleString("en");
}

/**
 * Name a record.
 * @param {Film} film
 * @param {number} at
 * @returns {string}
 */
export function stepInWords({ steps, last }, at) {
  return `step ${counted(steps[at])} of ${counted(steps[last])}`;
}

/**
 * Say the loss of a record.
 * @param {Film} film
 * @param {number} at
 * @returns {string}
 */
export function lossInWords({ losses }, at) {
  const loss = losses[at];
  return loss === null ? "none before the first step" : signed(loss);
}

/**
 * Say all numbers of a record.
 * @param {Film} film
 * @param {number} at
 * @returns {string}
 */
export function inWords(film, at) {
  const step = stepInWords(film, at).replace("step", "Step");
  return `${step}. Loss: ${lossInWords(film, at)}. Moran's I: ${signed(film.order[at])}.`;
}

/**
 * Say from where to where values reach.
 * @param {Tensor} values
 * @returns {string}
 */
export function reachInWords({ data }) {
  return `from ${signed(Math.min(...data))} to ${signed(Math.max(...data))}`;
}
