/** The drawing of a row of pixels, with a line below it for every place of a kernel. */

import { freshId, make } from "./elements.js";
import { outputSize, pixelsOf, timesRead } from "./sizes.js";
import { counted, tellPlace } from "./size-words.js";
import { draw } from "./svg.js";

/** @typedef {import("./sizes.js").Setting} Setting */
/** @typedef {import("./sizes.js").Zeros} Zeros */

/**
 * @typedef {object} Scene
 * @property {Setting} setting
 * @property {Zeros} zeros
 * @property {number[]} counts - How often each pixel is read.
 * @property {number} places
 * @property {number} cell - The width of a pixel on the screen.
 * @property {number} width - Of the whole drawing.
 * @property {(pixel: number) => number} x - Where the middle of a pixel lies.
 */

export const GUTTER = 58; // for the words on the left
const WIDEST = 46; // of a pixel
const NARROWEST = 8; // below it the drawing scrolls
const LABEL = 18; // the least width of a pixel that holds its number
const EVERY = 5; // of narrower ones, those that have a number above them
const ROW = 26; // the height of a line
const BAR = 24; // the height of the longest bar

/**
 * Lay the pixels out. There is room for a zero on both sides even where there is none, so
 * that the pixels rarely move.
 * @param {Setting} setting
 * @param {Zeros} zeros
 * @param {number} room - The width that is there.
 * @returns {Scene}
 */
export function layOut(setting, zeros, room) {
  const before = Math.max(zeros[0], 1);
  const columns = before + setting.size + Math.max(zeros[1], 1);
  const cell = Math.min(WIDEST, Math.max(NARROWEST, (room - GUTTER) / columns));
  return {
    setting,
    zeros,
    counts: timesRead(setting, zeros),
    places: outputSize(setting, zeros),
    cell,
    width: Math.max(room, GUTTER + cell * columns),
    x: (pixel) => GUTTER + (before + pixel + 0.5) * cell,
  };
}

/**
 * Tell whether a pixel has room for numbers.
 * @param {Scene} scene
 * @param {number} pixel
 * @returns {boolean}
 */
function isNumbered({ cell }, pixel) {
  return cell >= LABEL || pixel % EVERY === 0;
}

/**
 * A pattern of slanted lines.
 * @param {string} id
 * @param {number} slant - In degrees.
 * @returns {SVGElement}
 */
function hatch(id, slant) {
  const size = 5;
  return draw(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse",
      patternTransform: `rotate(${slant})` },
    draw("line", { x1: 0, y1: 0, x2: 0, y2: size, class: "hatch" }),
  );
}

/**
 * One box of the row.
 * @param {Scene} scene
 * @param {number} pixel
 * @param {string} kind - "pixel", "zero" or "never".
 * @param {Record<string, string>} fills - The patterns by kind.
 * @returns {SVGElement}
 */
function box({ cell, x }, pixel, kind, fills) {
  const side = cell * 0.88;
  const above = cell < LABEL ? 14 : 0; // for the numbers
  const given = { x: x(pixel) - side / 2, y: 4 + above, width: side, height: 26 - above };
  const parts = [draw("rect", { ...given, class: "ground" })];
  if (fills[kind]) parts.push(draw("rect", { ...given, fill: `url(#${fills[kind]})` }));
  parts.push(draw("rect", { ...given, class: "edge" }));
  return draw("g", { class: kind, "data-pixel": pixel }, ...parts);
}

/**
 * The number of a pixel: in its box, or above it where the box is too narrow.
 * @param {Scene} scene
 * @param {number} pixel
 * @returns {SVGElement}
 */
function numberOf({ cell, x }, pixel) {
  const y = cell < LABEL ? 13 : 22;
  return draw("text", { x: x(pixel), y, class: "number" }, `${pixel}`);
}

/**
 * The row of pixels and zeros.
 * @param {Scene} scene
 * @returns {SVGElement}
 */
export function drawPixels(scene) {
  const { setting, zeros, counts, places, width } = scene;
  const fills = { zero: freshId(), never: freshId() };
  const [before, after] = zeros.map((count) => counted(count, "zero"));
  const told =
    `${counted(setting.size, "pixel")}, counted from 0, with ${before} before and ` +
    `${after} after`;
  const given = { class: "pixels", width, height: 36, role: "img", "aria-label": told };
  const row = draw("svg", given, hatch(fills.zero, 45), hatch(fills.never, -45));
  row.append(draw("text", { x: 0, y: 22, class: "name" }, "pixel"));
  for (let pixel = -zeros[0]; pixel < setting.size + zeros[1]; pixel++) {
    const isZero = pixel < 0 || pixel >= setting.size;
    const kind = isZero ? "zero" : places && !counts[pixel] ? "never" : "pixel";
    const one = box(scene, pixel, kind, fills);
    if (!isZero && isNumbered(scene, pixel)) one.append(numberOf(scene, pixel));
    row.append(one);
  }
  return row;
}

/**
 * The line of one place, with a dot on everything that it multiplies.
 * @param {Scene} scene
 * @param {number} place
 * @returns {HTMLElement}
 */
export function drawPlace({ setting, zeros, cell, width, x }, place) {
  const pixels = pixelsOf(setting, zeros, place);
  const [first, last] = [pixels[0], pixels[pixels.length - 1]];
  const y = ROW / 2;
  const line = draw(
    "svg",
    { width, height: ROW, "aria-hidden": "true" },
    draw("line", { x1: x(first), x2: x(last), y1: y, y2: y }),
    ...pixels.map((pixel) =>
      draw("circle", { cx: x(pixel), cy: y, r: Math.min(4, cell * 0.3) }),
    ),
  );
  const name = tellPlace(setting, zeros, place);
  return make(
    "div",
    { role: "option", id: freshId(), "aria-label": name, "data-pixels": pixels.join(" ") },
    make("span", { class: "name" }, make("span", {}, "place "), `${place}`),
    line,
  );
}

/**
 * How often each pixel is read, as bars with their numbers.
 * @param {Scene} scene
 * @returns {SVGElement}
 */
export function drawReads(scene) {
  const { counts, cell, width, x } = scene;
  const most = Math.max(...counts, 1);
  const told = `How often each pixel is read, in their order: ${counts.join(", ")}`;
  const row = draw(
    "svg",
    { class: "reads", width, height: BAR + 26, role: "img", "aria-label": told },
    draw("text", { x: 0, y: 18, class: "name" }, "times"),
    draw("text", { x: 0, y: 34, class: "name" }, "read"),
  );
  counts.forEach((count, pixel) => {
    const height = (BAR * count) / most;
    const wide = Math.min(cell * 0.6, 20);
    const at = { x: x(pixel) - wide / 2, y: 6 + BAR - height, width: wide, height };
    row.append(draw("rect", { ...at, class: "bar-of-reads" }));
    if (!isNumbered(scene, pixel)) return;
    row.append(draw("text", { x: x(pixel), y: BAR + 20, class: "number" }, `${count}`));
  });
  return row;
}

/**
 * A key of the two kinds of hatched boxes.
 * @param {Scene} scene
 * @returns {HTMLElement[]}
 */
export function drawKey({ zeros, counts, places }) {
  /** @type {[boolean, string, number, string][]} */
  const kinds = [
    [zeros[0] + zeros[1] > 0, "zero", 45, "a zero that padding adds"],
    [places > 0 && counts.includes(0), "never", -45, "a pixel that is never read"],
  ];
  return kinds.filter(([shown]) => shown).map(([, kind, slant, words]) => {
    const id = freshId();
    const sample = { cell: 24, x: () => 13 };
    const swatch = draw(
      "svg",
      { width: 26, height: 34, "aria-hidden": "true" },
      hatch(id, slant),
      box(/** @type {any} */ (sample), 0, kind, { [kind]: id }),
    );
    return make("span", {}, swatch, words);
  });
}
