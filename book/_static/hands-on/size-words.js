/** The sentences about a kernel's places, and the numbers of their formula. */

import { covered, outputSize, pixelsOf, samePadding } from "./sizes.js";

/** @typedef {import("./sizes.js").Setting} Setting */
/** @typedef {import("./sizes.js").Zeros} Zeros */

const FEW = 8; // more numbers, or runs of them, are not all listed

/**
 * Find the zeros that a padding adds.
 * @param {Setting} setting
 * @param {string} padding - "valid", "same", or how many zeros lie on each side.
 * @returns {Zeros}
 */
export function zerosOf(setting, padding) {
  if (padding === "same") return samePadding(setting);
  const each = padding === "valid" ? 0 : Number(padding);
  return [each, each];
}

/**
 * Count things in words.
 * @param {number} count
 * @param {string} thing - One of them.
 * @returns {string}
 */
export function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/**
 * Join words as a sentence does.
 * @param {string[]} words
 * @returns {string}
 */
export function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/**
 * Write ascending numbers, three or more that follow each other as "2 to 4".
 * @param {number[]} numbers
 * @returns {string[]}
 */
export function runs(numbers) {
  /** @type {number[][]} */
  const found = [];
  for (const number of numbers) {
    const last = found[found.length - 1];
    if (last && number === last[last.length - 1] + 1) last.push(number);
    else found.push([number]);
  }
  return found.flatMap((run) =>
    run.length < 3 ? run.map(String) : `${run[0]} to ${run[run.length - 1]}`,
  );
}

/**
 * Tell which pixels some numbers stand for.
 * @param {number[]} pixels
 * @returns {string}
 */
function tellPixels(pixels) {
  return `${pixels.length === 1 ? "pixel" : "pixels"} ${listed(runs(pixels))}`;
}

/**
 * Tell what one place multiplies, from its first weight to its last.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @param {number} place - Counted from 0.
 * @returns {string}
 */
export function tellPlace(setting, zeros, place) {
  const pixels = pixelsOf(setting, zeros, place);
  const inside = pixels.filter((pixel) => pixel >= 0 && pixel < setting.size);
  const before = pixels.filter((pixel) => pixel < 0).length;
  const after = pixels.length - inside.length - before;
  const start = `Place ${place} multiplies`;
  if (!inside.length) return `${start} ${counted(before + after, "zero")} and no pixel.`;
  const parts = [
    before && counted(before, "zero"),
    tellPixels(inside),
    after && counted(after, "zero"),
  ];
  return `${start} ${parts.filter(Boolean).join(", then ")}.`;
}

/**
 * Tell how many zeros padding adds, and where.
 * @param {string} padding
 * @param {Zeros} zeros
 * @returns {string} Empty for "valid", which adds none.
 */
export function tellPadding(padding, [before, after]) {
  if (padding === "valid") return "";
  const who = padding === "same" ? "\u201csame\u201d" : "Padding";
  if (before + after === 0) return `${who} adds no zeros here.`;
  const all = `${who} adds ${counted(before + after, "zero")}`;
  const split = `${all}: ${before} before, ${after} after.`;
  if (before === after) return split;
  return `${split} The odd one lies after the last pixel, as in Keras.`;
}

/**
 * Tell how often pixels are read, and which are not.
 * @param {number[]} counts - One for each pixel.
 * @returns {string}
 */
export function tellReads(counts) {
  const never = counts.flatMap((count, pixel) => (count === 0 ? [pixel] : []));
  if (never.length) return tellNever(never, counts.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const who = counts.length === 1 ? "The only pixel" : "Every pixel";
  if (least === most) return `${who} is read ${times(least)}.`;
  return `${who} is read at least ${times(least)} and at most ${times(most)}.`;
}

/**
 * Tell how many times.
 * @param {number} count
 * @returns {string}
 */
function times(count) {
  return ["never", "once", "twice"][count] ?? `${count} times`;
}

/**
 * Tell which pixels no place reads.
 * @param {number[]} never
 * @param {number} size - Pixels in all.
 * @returns {string}
 */
function tellNever(never, size) {
  const verb = never.length === 1 ? "is" : "are";
  if (runs(never).length <= FEW) {
    return `P${tellPixels(never).slice(1)} ${verb} never read.`;
  }
  const first = runs(never).slice(0, 3).join(", ");
  const last = never[never.length - 1];
  return (
    `${never.length} of the ${size} pixels are never read: ${first} and so on, up to ` +
    `pixel ${last}.`
  );
}

/**
 * Tell why a kernel has no place.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @returns {string}
 */
export function tellNoPlace(setting, [before, after]) {
  const there = setting.size + before + after;
  const also = before + after ? ", zeros included" : "";
  return (
    `The kernel covers ${covered(setting)} pixels, but there ` +
    `${there === 1 ? "is" : "are"} only ${there}${also}. So it has no place, and the ` +
    "formula gives less than 1."
  );
}

/**
 * Compute the formula of the page as it is written there. Where the kernel does not fit,
 * it gives 0 or a negative number.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @returns {number}
 */
export function formula({ size, kernel, stride = 1, dilation = 1 }, [before, after]) {
  const room = size + before + after - dilation * (kernel - 1) - 1;
  return Math.floor(room / stride) + 1;
}

/**
 * Read the formula out, with its numbers.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @returns {string}
 */
export function speakFormula(setting, zeros) {
  const { size, kernel, stride = 1, dilation = 1 } = setting;
  const result = formula(setting, zeros);
  return (
    `${counted(size, "pixel")} plus ${counted(zeros[0] + zeros[1], "zero")}, minus ` +
    `${dilation} times the difference of ${kernel} and 1, minus 1; divided by ${stride} ` +
    `and rounded down; plus 1: ${result < 0 ? `minus ${-result}` : result}.`
  );
}

/**
 * Tell all that changes with a setting, in a few words, where the kernel has a place.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @param {string} padding
 * @param {number[]} counts - How often each pixel is read.
 * @returns {string}
 */
export function tellSetting(setting, zeros, padding, counts) {
  const places = outputSize(setting, zeros);
  const words = [`${counted(places, "place")}.`, tellPadding(padding, zeros)];
  return [...words, tellReads(counts)].filter(Boolean).join(" ");
}
