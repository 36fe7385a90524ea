/** What a network computes, in plain numbers. Arrays are channels last, as in Keras. */

import { outputSize, samePadding } from "./sizes.js";

/**
 * @typedef {object} Tensor
 * @property {number[]} shape - Such as [height, width, channels].
 * @property {Float32Array} data - Its values, the last axis varying fastest.
 */

/**
 * @typedef {object} Options
 * @property {number} [stride]
 * @property {number} [dilation]
 * @property {"valid"|"same"} [padding]
 */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {"convolution"|"relu"|"pooling"|"flatten"|"dense"} kind
 * @property {number} [size] - Of a pooling.
 */

/**
 * @typedef {object} Network
 * @property {Layer[]} layers - In order.
 * @property {Record<string, Tensor>} arrays - `<layer>/kernel` and `<layer>/bias`.
 */

/**
 * Make a tensor; zeros where no values are given.
 * @param {number[]} shape
 * @param {ArrayLike<number>} [values]
 * @returns {Tensor}
 */
export function tensor(shape, values) {
  const count = shape.reduce((one, other) => one * other, 1);
  if (values && values.length !== count) {
    throw new RangeError(`values: expected ${count} for ${shape}, got ${values.length}`);
  }
  return { shape, data: values ? Float32Array.from(values) : new Float32Array(count) };
}

/**
 * Slide filters over an image; at each place, multiply and add up.
 * @param {Tensor} image - Shape [height, width, channels].
 * @param {Tensor} kernel - Shape [kh, kw, channels, filters].
 * @param {Options} [options]
 * @returns {Tensor} Shape [rows, columns, filters].
 */
export function crossCorrelate(image, kernel, options = {}) {
  const { stride = 1, dilation = 1, padding = "valid" } = options;
  const [height, width, channels] = image.shape;
  const [kh, kw, deep, filters] = kernel.shape;
  if (deep !== channels) {
    throw new RangeError(`kernel: expected ${channels} channels, got ${deep}`);
  }
  const sides = [
    { size: height, kernel: kh, stride, dilation },
    { size: width, kernel: kw, stride, dilation },
  ];
  const zeros = sides.map((side) => (padding === "same" ? samePadding(side) : [0, 0]));
  const [rows, columns] = sides.map((side, k) =>
    outputSize(side, /** @type {[number, number]} */ (zeros[k])),
  );
  const maps = tensor([rows, columns, filters]);
  const sums = new Float64Array(filters);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      sums.fill(0);
      for (let a = 0; a < kh; a++) {
        const y = row * stride - zeros[0][0] + a * dilation;
        if (y < 0 || y >= height) continue;
        for (let b = 0; b < kw; b++) {
          const x = column * stride - zeros[1][0] + b * dilation;
          if (x < 0 || x >= width) continue;
          addProducts(sums, image.data, (y * width + x) * channels, kernel.data,
            (a * kw + b) * channels * filters, channels);
        }
      }
      maps.data.set(sums, (row * columns + column) * filters);
    }
  }
  return maps;
}

/**
 * Add to the sum of each filter what one pixel gives it.
 * @param {Float64Array} sums
 * @param {Float32Array} pixels
 * @param {number} at - Where the pixel begins.
 * @param {Float32Array} weights
 * @param {number} from - Where the weights on it begin.
 * @param {number} channels
 */
function addProducts(sums, pixels, at, weights, from, channels) {
  const filters = sums.length;
  for (let channel = 0; channel < channels; channel++) {
    const pixel = pixels[at + channel];
    if (pixel === 0) continue; // most pixels of a digit are black
    const start = from + channel * filters;
    for (let filter = 0; filter < filters; filter++) {
      sums[filter] += pixel * weights[start + filter];
    }
  }
}

/**
 * Add one number to each map.
 * @param {Tensor} maps - The last axis is that of the filters.
 * @param {Tensor} bias - Shape [filters].
 * @returns {Tensor}
 */
export function addBias(maps, bias) {
  const filters = bias.data.length;
  const data = maps.data.map((value, k) => value + bias.data[k % filters]);
  return { shape: maps.shape, data };
}

/**
 * Replace what is negative by zero.
 * @param {Tensor} maps
 * @returns {Tensor}
 */
export function relu(maps) {
  return { shape: maps.shape, data: maps.data.map((value) => Math.max(value, 0)) };
}

/**
 * Keep the largest of every `size` by `size` values; what is left over is dropped.
 * @param {Tensor} maps - Shape [height, width, filters].
 * @param {number} size
 * @returns {Tensor}
 */
export function maxPool(maps, size) {
  const [height, width, filters] = maps.shape;
  const [rows, columns] = [height, width].map((side) => Math.floor(side / size));
  const pooled = tensor([rows, columns, filters]);
  pooled.data.fill(-Infinity);
  for (let y = 0; y < rows * size; y++) {
    for (let x = 0; x < columns * size; x++) {
      const from = (y * width + x) * filters;
      const to = (Math.floor(y / size) * columns + Math.floor(x / size)) * filters;
      for (let k = 0; k < filters; k++) {
        pooled.data[to + k] = Math.max(pooled.data[to + k], maps.data[from + k]);
      }
    }
  }
  return pooled;
}

/**
 * Multiply every value by its weights, and add up for each unit.
 * @param {Tensor} values - Any shape.
 * @param {Tensor} kernel - Shape [values, units].
 * @param {Tensor} bias - Shape [units].
 * @returns {Tensor} Shape [units].
 */
export function dense(values, kernel, bias) {
  const [count, units] = kernel.shape;
  if (values.data.length !== count) {
    throw new RangeError(`values: expected ${count}, got ${values.data.length}`);
  }
  const sums = Float64Array.from(bias.data);
  values.data.forEach((value, k) => {
    for (let unit = 0; unit < units; unit++) {
      sums[unit] += value * kernel.data[k * units + unit];
    }
  });
  return tensor([units], sums);
}

/**
 * Turn numbers into probabilities that add up to 1.
 * @param {Tensor} logits - Shape [units].
 * @returns {Tensor}
 */
export function softmax(logits) {
  const most = Math.max(...logits.data);
  const powers = Array.from(logits.data, (value) => Math.exp(value - most));
  const total = powers.reduce((one, other) => one + other, 0);
  return tensor(logits.shape, powers.map((power) => power / total));
}

/**
 * Send an image through the network, and keep what every layer makes of it.
 * @param {Network} network
 * @param {Tensor} image - Shape [height, width, 1], black is 0, white is 1.
 * @param {Record<string, Set<number>>} [off] - Filters whose maps are set to zero, by
 *   the name of the layer.
 * @returns {Record<string, Tensor>} The output of each layer by its name; the dense
 *   layer's are probabilities, and `logits` holds its sums.
 */
export function runNetwork({ layers, arrays }, image, off = {}) {
  /** @type {Record<string, Tensor>} */
  const outputs = {};
  let values = image;
  for (const layer of layers) {
    const kernel = arrays[`${layer.name}/kernel`];
    const bias = arrays[`${layer.name}/bias`];
    if (layer.kind === "convolution") {
      values = addBias(crossCorrelate(values, kernel, { padding: "same" }), bias);
    } else if (layer.kind === "relu") {
      values = relu(values);
    } else if (layer.kind === "pooling") {
      values = maxPool(values, /** @type {number} */ (layer.size));
    } else if (layer.kind === "flatten") {
      values = { shape: [values.data.length], data: values.data };
    } else {
      outputs.logits = dense(values, kernel, bias);
      values = softmax(outputs.logits);
    }
    if (off[layer.name]) values = without(values, off[layer.name]);
    outputs[layer.name] = values;
  }
  return outputs;
}

/**
 * Set some maps to zero.
 * @param {Tensor} maps
 * @param {Set<number>} filters
 * @returns {Tensor}
 */
function without(maps, filters) {
  const count = maps.shape[maps.shape.length - 1];
  const data = maps.data.map((value, k) => (filters.has(k % count) ? 0 : value));
  return { shape: maps.shape, data };
}

/**
 * Take one map, or one kernel, out of the last axis.
 * @param {Tensor} maps - Shape [height, width, filters].
 * @param {number} filter
 * @returns {Tensor} Shape [height, width].
 */
export function slice(maps, filter) {
  const filters = maps.shape[maps.shape.length - 1];
  const shape = maps.shape.slice(0, -1);
  const data = new Float32Array(maps.data.length / filters);
  for (let k = 0; k < data.length; k++) data[k] = maps.data[k * filters + filter];
  return { shape, data };
}

/**
 * Find the value farthest from zero; 0 for an empty array.
 * @param {...Tensor} arrays
 * @returns {number} Its distance from zero.
 */
export function farthest(...arrays) {
  let most = 0;
  for (const { data } of arrays) {
    for (const value of data) most = Math.max(most, Math.abs(value));
  }
  return most;
}
