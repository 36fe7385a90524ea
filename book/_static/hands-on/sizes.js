/** How many places a kernel has along one side, and where padding puts its zeros. */

/**
 * @typedef {object} Setting
 * @property {number} size - Pixels along the side, at least 1.
 * @property {number} kernel - Weights along the side, at least 1.
 * @property {number} [stride] - Step from one place to the next; 1 if left out.
 * @property {number} [dilation] - Distance between multiplied pixels; 1 if left out.
 */

/** @typedef {[number, number]} Zeros - How many lie before the first and after the last. */

/**
 * Count the pixels that one place covers, those it skips included.
 * @param {Setting} setting
 * @returns {number}
 */
export function covered({ kernel, dilation = 1 }) {
  return dilation * (kernel - 1) + 1;
}

/**
 * Compute the zeros of padding "same": the map has ceil(size / stride) values, and an odd
 * zero lies after the last pixel, as in Keras.
 * @param {Setting} setting
 * @returns {Zeros}
 */
export function samePadding(setting) {
  const { size, stride = 1 } = setting;
  const values = Math.ceil(size / stride);
  const total = Math.max(0, (values - 1) * stride + covered(setting) - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/**
 * Count the places of a kernel; 0 where it covers more pixels than there are.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @returns {number}
 */
export function outputSize(setting, zeros) {
  const { size, stride = 1 } = setting;
  const room = size + zeros[0] + zeros[1] - covered(setting);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/**
 * List the pixels that one place multiplies. Those below 0 or from `size` on are zeros.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @param {number} place - Counted from 0.
 * @returns {number[]}
 */
export function pixelsOf({ kernel, stride = 1, dilation = 1 }, zeros, place) {
  const first = place * stride - zeros[0];
  return Array.from({ length: kernel }, (_, weight) => first + weight * dilation);
}

/**
 * Count how many places multiply each pixel.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @returns {number[]} One count for each pixel.
 */
export function timesRead(setting, zeros) {
  const counts = Array(setting.size).fill(0);
  for (let place = 0; place < outputSize(setting, zeros); place++) {
    for (const pixel of pixelsOf(setting, zeros, place)) {
      if (pixel in counts) counts[pixel]++;
    }
  }
  return counts;
}
