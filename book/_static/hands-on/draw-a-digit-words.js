/** What the piece says, in sentences. */

/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {import("./tracing.js").Field} Field */
/** @typedef {import("./transform.js").Change} Change */
/** @typedef {Record<string, Set<number>>} Off - Filters by the name of the layer. */

const ORDINALS = ["zeroth", "first", "second", "third", "fourth"];

export const EMPTY = "Draw a digit: the canvas is empty.";
export const NOTHING_LEFT = "Nothing is left of the ink. Make the strokes thicker again.";

/**
 * Name a layer of maps as the page does, such as "first layer, after ReLU".
 * @param {Layer[]} layers
 * @param {string} name
 * @returns {string}
 */
export function layerInWords(layers, name) {
  const place = layers.findIndex((layer) => layer.name === name);
  const upTo = layers.slice(0, place + 1);
  const { kind } = layers[place];
  const count = (/** @type {string} */ one) =>
    ORDINALS[upTo.filter((layer) => layer.kind === one).length];
  if (kind === "pooling") return `after the ${count("pooling")} pooling`;
  const when = kind === "convolution" ? "before" : "after";
  return `${count("convolution")} layer, ${when} ReLU`;
}

/**
 * @param {string} text
 * @returns {string} With a capital letter.
 */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {number} probability
 * @returns {string}
 */
export function probabilityInWords(probability) {
  return probability.toFixed(2);
}

/**
 * @param {ArrayLike<number>} probabilities
 * @returns {number} The digit with the largest.
 */
export function digitRead(probabilities) {
  const all = Array.from(probabilities);
  return all.indexOf(Math.max(...all));
}

/**
 * @param {ArrayLike<number>} probabilities
 * @returns {string}
 */
export function tellAnswer(probabilities) {
  const digit = digitRead(probabilities);
  return `Read as ${digit}, probability ${probabilityInWords(probabilities[digit])}.`;
}

/**
 * Compare the answer with that for the unchanged ink and with all filters.
 * @param {{before: ArrayLike<number>, now: ArrayLike<number>, changed: boolean, off: Off,
 *   layers: Layer[]}} given - `changed`: whether the ink or the image is.
 * @returns {string} Empty where nothing is changed.
 */
export function tellChange({ before, now, changed, off, layers }) {
  const lacking = filtersInWords(layers, off);
  const causes = [changed ? "with the changes" : "", lacking ? `without ${lacking}` : ""];
  const cause = capital(causes.filter(Boolean).join(" and "));
  if (!cause) return "";
  const digit = digitRead(before);
  return `${cause}, ${insteadOf(digit, before[digit], now[digit])}`;
}

/**
 * @param {number} digit
 * @param {number} before
 * @param {number} now
 * @returns {string}
 */
function insteadOf(digit, before, now) {
  const far = [2, 3, 4].find((k) => before.toFixed(k) !== now.toFixed(k));
  if (!far) return `the probability of ${digit} stays at ${probabilityInWords(before)}.`;
  const [old, fresh] = [before, now].map((share) => share.toFixed(far));
  return `the probability of ${digit} is ${fresh} instead of ${old}.`;
}

/**
 * Name the filters that are off, such as "filters 3 and 5 of the first layer".
 * @param {Layer[]} layers
 * @param {Off} off
 * @returns {string} Empty where there is none.
 */
export function filtersInWords(layers, off) {
  const named = Object.entries(off).filter(([, filters]) => filters.size);
  const parts = named.map(([name, filters]) => {
    const [where] = layerInWords(layers, name).split(",");
    const numbers = listed([...filters].sort((one, other) => one - other));
    return `filter${filters.size > 1 ? "s" : ""} ${numbers} of the ${where}`;
  });
  return listed(parts);
}

/**
 * @param {(string|number)[]} items
 * @returns {string} Such as "1, 2 and 3".
 */
function listed(items) {
  const last = items.slice(-2).join(" and ");
  return [...items.slice(0, -2), last].join(", ");
}

/**
 * @param {{total: number, all: number, rest: number, lacking: string}} count - How many of
 *   the test digits are read right with all filters and without those that are off.
 * @returns {string}
 */
export function tellCount({ total, all, rest, lacking }) {
  return (
    `Of the ${total} test digits the network reads ${all} right with all filters, and ` +
    `${rest} without ${lacking}.`
  );
}

/**
 * Say what a value reads and what reads it.
 * @param {Layer[]} layers
 * @param {{reads: Record<string, Field>, readers: Record<string, Field>}} trace
 * @returns {string}
 */
export function tellPath(layers, { reads, readers }) {
  const { height, width } = reads.image.patch;
  const all = Object.entries(reads).some(
    ([one, { filter }]) => one !== "image" && filter === null,
  );
  const through = all ? ", through all maps of the layer before" : "";
  const pixels = `${height} by ${width} pixels of the image`;
  const behind = tellReaders(layers, readers);
  return `It reads ${pixels}${through}: blue frames. ${behind}`;
}

/**
 * @param {Layer[]} layers
 * @param {Record<string, Field>} readers
 * @returns {string}
 */
function tellReaders(layers, readers) {
  const later = Object.keys(readers).at(-1);
  if (!later) return "The dense layer reads it as it is.";
  const { patch: { height, width }, filter } = readers[later];
  const where = layerInWords(layers, later);
  const maps = filter === null ? "of every map" : "of the same map";
  const one = height * width === 1;
  const places = one ? "one place" : `${height} by ${width} places`;
  return `Of what comes ${where}, ${places} ${maps} can depend on it: orange frames.`;
}

/**
 * Say what the answer would be if a value were zero.
 * @param {{value: number, off: boolean, beaten: boolean, before: ArrayLike<number>,
 *   now: ArrayLike<number>}} given - `off`: its filter is; `beaten`: the pooling keeps
 *   another value; `before` and `now`: the probabilities with it and without it.
 * @returns {string}
 */
export function tellCause({ value, off, beaten, before, now }) {
  if (off && value === 0) return "It is 0 because its filter is off.";
  if (value === 0) return "It is 0, so without it nothing changes.";
  if (value < 0) return "ReLU makes it 0, so without it nothing changes.";
  if (beaten) {
    return "Without it nothing changes: the pooling keeps a larger value beside it.";
  }
  const digit = digitRead(before);
  return `Without it, ${insteadOf(digit, before[digit], now[digit])}`;
}

/**
 * @param {number} value
 * @param {string} more - Such as "right".
 * @param {string} less
 * @param {string} unit
 * @returns {string}
 */
function amount(value, more, less, unit) {
  const size = Math.abs(value);
  const units = size === 1 ? unit : `${unit}s`;
  return value ? `${size} ${units} ${value > 0 ? more : less}` : "";
}

/** What the sliders say. @type {Record<keyof Change, (value: number) => string>} */
export const amounts = {
  across: (value) => amount(value, "right", "left", "pixel") || "not shifted",
  down: (value) => amount(value, "down", "up", "pixel") || "not shifted",
  turn: (value) => {
    const way = ["left", "", "right"][Math.sign(value) + 1];
    return `${Math.abs(value)}\u00b0 ${way}`.trim();
  },
  stroke: (value) => amount(value, "thicker", "thinner", "step") || "as drawn",
};
