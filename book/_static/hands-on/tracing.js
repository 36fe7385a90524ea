/** What a value inside the network reads, and what reads it. */

import { runNetwork } from "./arithmetic.js";
import { samePadding } from "./sizes.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {import("./arithmetic.js").Network} Network */
/** @typedef {import("./painting.js").Patch} Patch */
/** @typedef {{layer: string, row: number, column: number, filter: number}} Cell */
/** @typedef {[number, number]} Span - First and last place along one side. */

/**
 * @typedef {object} Field
 * @property {Patch} patch
 * @property {number|null} filter - The map that it lies on; null where it is all maps.
 */

/**
 * Find what a value reads: a patch of each layer before it, and of the image.
 * @param {Network} network
 * @param {Record<string, Tensor>} outputs - Of each layer; `image` is what went in.
 * @param {Cell} cell
 * @returns {Record<string, Field>} By the name of the layer, and of the `image`.
 */
export function readBy({ layers, arrays }, outputs, cell) {
  /** @type {Record<string, Field>} */
  const fields = {};
  let spans = spansOf(cell);
  /** @type {number|null} */
  let filter = cell.filter;
  for (let k = placeOf(layers, cell.layer); k >= 0; k--) {
    const before = k ? layers[k - 1].name : "image";
    const { shape } = outputs[before];
    spans = spans.map((span, axis) =>
      clip(backwards(layers[k], span, shape[axis], kernelSize(arrays, layers[k], axis)),
        shape[axis]),
    );
    if (layers[k].kind === "convolution") filter = null;
    fields[before] = { patch: patchOf(spans), filter };
  }
  return fields;
}

/**
 * Find what reads a value: a patch of each layer of maps behind it.
 * @param {Network} network
 * @param {Record<string, Tensor>} outputs
 * @param {Cell} cell
 * @returns {Record<string, Field>} By the name of the layer; one that drops the value,
 *   because a pooling had no room for it, is left out, and so are those behind it.
 */
export function readersOf({ layers, arrays }, outputs, cell) {
  /** @type {Record<string, Field>} */
  const fields = {};
  let spans = spansOf(cell);
  /** @type {number|null} */
  let filter = cell.filter;
  for (let k = placeOf(layers, cell.layer) + 1; k < layers.length; k++) {
    const { shape } = outputs[layers[k].name];
    if (shape.length < 3) break; // no more maps
    const size = outputs[layers[k - 1].name].shape;
    spans = spans.map((span, axis) =>
      clip(forwards(layers[k], span, size[axis], kernelSize(arrays, layers[k], axis)),
        shape[axis]),
    );
    if (spans.some(([first, last]) => first > last)) break;
    if (layers[k].kind === "convolution") filter = null;
    fields[layers[k].name] = { patch: patchOf(spans), filter };
  }
  return fields;
}

/**
 * Set one value to zero, and run on from there.
 * @param {Network} network
 * @param {Record<string, Tensor>} outputs - Of each layer, with the filters in `off` off.
 * @param {Cell} cell
 * @param {Record<string, Set<number>>} [off]
 * @returns {Record<string, Tensor>} What the layers behind it make of the rest.
 */
export function runWithout({ layers, arrays }, outputs, cell, off = {}) {
  const { shape, data } = outputs[cell.layer];
  const rest = { shape, data: data.slice() };
  rest.data[indexOf(shape, cell)] = 0;
  const behind = layers.slice(placeOf(layers, cell.layer) + 1);
  return runNetwork({ layers: behind, arrays }, rest, off);
}

/**
 * Read the value of a cell.
 * @param {Record<string, Tensor>} outputs
 * @param {Cell} cell
 * @returns {number}
 */
export function valueOf(outputs, cell) {
  const { shape, data } = outputs[cell.layer];
  return data[indexOf(shape, cell)];
}

/**
 * Find the place of a map's largest value.
 * @param {Record<string, Tensor>} outputs
 * @param {string} layer
 * @param {number} filter
 * @returns {Cell} The first such place.
 */
export function brightest(outputs, layer, filter) {
  const { shape: [rows, columns], data } = outputs[layer];
  const count = data.length / (rows * columns);
  let [most, best] = [-Infinity, 0];
  for (let place = 0; place < rows * columns; place++) {
    if (data[place * count + filter] > most) {
      most = data[place * count + filter];
      best = place;
    }
  }
  return { layer, filter, row: Math.floor(best / columns), column: best % columns };
}

/**
 * @param {number[]} shape
 * @param {Cell} cell
 * @returns {number}
 */
function indexOf([, columns, filters], { row, column, filter }) {
  return (row * columns + column) * filters + filter;
}

/**
 * @param {Layer[]} layers
 * @param {string} name
 * @returns {number}
 */
function placeOf(layers, name) {
  const found = layers.findIndex((layer) => layer.name === name);
  if (found < 0) throw new RangeError(`layer: there is no ${name}`);
  return found;
}

/**
 * @param {{row: number, column: number}} cell
 * @returns {Span[]} Along rows and along columns.
 */
function spansOf({ row, column }) {
  return [[row, row], [column, column]];
}

/**
 * @param {Record<string, Tensor>} arrays
 * @param {Layer} layer
 * @param {number} axis
 * @returns {number} Weights along an axis; 1 where there are none.
 */
function kernelSize(arrays, { name }, axis) {
  return arrays[`${name}/kernel`]?.shape[axis] ?? 1;
}

/**
 * @param {Layer} layer
 * @param {Span} span - Of the layer's output.
 * @param {number} size - Of its input.
 * @param {number} kernel
 * @returns {Span} Of its input.
 */
function backwards({ kind, size: pool = 1 }, [first, last], size, kernel) {
  if (kind === "pooling") return [first * pool, last * pool + pool - 1];
  if (kind !== "convolution") return [first, last];
  const [zeros] = samePadding({ size, kernel });
  return [first - zeros, last - zeros + kernel - 1];
}

/**
 * @param {Layer} layer
 * @param {Span} span - Of the layer's input.
 * @param {number} size - Of its input.
 * @param {number} kernel
 * @returns {Span} Of its output.
 */
function forwards({ kind, size: pool = 1 }, [first, last], size, kernel) {
  if (kind === "pooling") return [Math.floor(first / pool), Math.floor(last / pool)];
  if (kind !== "convolution") return [first, last];
  const [zeros] = samePadding({ size, kernel });
  return [first + zeros - kernel + 1, last + zeros];
}

/**
 * @param {Span} span
 * @param {number} size
 * @returns {Span}
 */
function clip([first, last], size) {
  return [Math.max(first, 0), Math.min(last, size - 1)];
}

/**
 * @param {Span[]} spans
 * @returns {Patch}
 */
function patchOf([[top, bottom], [left, right]]) {
  return { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}
