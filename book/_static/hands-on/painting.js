/** Paint arrays in the colours of the book's figures, which the build exports. */

import { farthest } from "./arithmetic.js";
import { make, signed } from "./elements.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */

/**
 * @typedef {object} Scale
 * @property {Tensor} table - Colours, shape [256, 3], red, green and blue from 0 to 255.
 * @property {number} low - The value of the first colour.
 * @property {number} high - The value of the last colour.
 */

/** @typedef {{row: number, column: number, height: number, width: number}} Patch */

/**
 * Equal limits on both sides of zero, which is white.
 * @param {Part} looks
 * @param {...Tensor} arrays - That share the scale.
 * @returns {Scale}
 */
export function signedScale(looks, ...arrays) {
  const most = farthest(...arrays) || 1;
  return { table: looks.arrays.signed, low: -most, high: most };
}

/**
 * From zero, which is black, to the largest value: for maps after ReLU.
 * @param {Part} looks
 * @param {...Tensor} arrays - That share the scale.
 * @returns {Scale}
 */
export function scaleFromZero(looks, ...arrays) {
  return { table: looks.arrays["from zero"], low: 0, high: farthest(...arrays) || 1 };
}

/**
 * From black to white: for images.
 * @param {Part} looks
 * @returns {Scale}
 */
export function brightness(looks) {
  return { table: looks.arrays.brightness, low: 0, high: 1 };
}

/**
 * Find the place of a value's colour in the table.
 * @param {Scale} scale
 * @param {number} value
 * @returns {number}
 */
function colourAt({ table, low, high }, value) {
  const share = (value - low) / (high - low);
  const last = table.shape[0] - 1;
  return Math.min(Math.max(Math.floor(share * (last + 1)), 0), last) * 3;
}

/**
 * The colour of a value, for a style sheet.
 * @param {Scale} scale
 * @param {number} value
 * @returns {string}
 */
export function colourOf(scale, value) {
  const at = colourAt(scale, value);
  return `rgb(${scale.table.data.slice(at, at + 3).join(" ")})`;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A panel that shows one array as pixels, with frames over it.
 */
export class Panel {
  /**
   * @param {Part} looks
   * @param {{title?: string, class?: string}} [given]
   */
  constructor(looks, given = {}) {
    this.looks = looks;
    this.canvas = make("canvas");
    this.describe(given.title ?? "");
    this.frames = document.createElementNS(SVG, "svg");
    this.frames.setAttribute("aria-hidden", "true");
    /** What is drawn on; it is as large as the array. */
    this.paper = make("div", { class: "paper" }, this.canvas);
    this.paper.append(this.frames);
    this.title = make("div", { class: "title" }, given.title ?? "");
    this.element = make("div", { class: `panel ${given.class ?? ""}`.trim() });
    if (given.title !== undefined) this.element.append(this.title);
    this.element.append(this.paper);
  }

  /**
   * Show an array.
   * @param {Tensor} array - Shape [height, width].
   * @param {Scale} scale
   * @param {string} [alt] - What it shows, in words; "" where other words say it.
   */
  show(array, scale, alt) {
    const [height, width] = array.shape;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      this.frames.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.paper.style.aspectRatio = `${width} / ${height}`;
    }
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const pixels = context.createImageData(width, height);
    array.data.forEach((value, k) => {
      const at = colourAt(scale, value);
      pixels.data.set(scale.table.data.subarray(at, at + 3), 4 * k);
      pixels.data[4 * k + 3] = 255;
    });
    context.putImageData(pixels, 0, 0);
    if (alt !== undefined) this.describe(alt);
  }

  /**
   * Say what the panel shows, or leave it to other words.
   * @param {string} alt
   */
  describe(alt) {
    const given = alt ? { role: "img", "aria-label": alt } : { "aria-hidden": "true" };
    for (const name of ["role", "aria-label", "aria-hidden"]) {
      this.canvas.removeAttribute(name);
    }
    for (const [name, value] of Object.entries(given)) this.canvas.setAttribute(name, value);
  }

  /**
   * Frame a patch, in a colour with a black outline; null removes the frame.
   * @param {string} name
   * @param {Patch|null} patch
   * @param {string} [colour] - By its name among the book's colours.
   */
  frame(name, patch, colour = "sky") {
    this.frames.querySelector(`[data-name="${name}"]`)?.remove();
    if (!patch) return;
    const group = document.createElementNS(SVG, "g");
    group.dataset.name = name;
    for (const [stroke, width] of [["black", 4], [this.looks.facts.colours[colour], 2]]) {
      const box = document.createElementNS(SVG, "rect");
      const given = { x: patch.column, y: patch.row, width: patch.width,
        height: patch.height, fill: "none", stroke, "stroke-width": width,
        "vector-effect": "non-scaling-stroke" };
      for (const [key, value] of Object.entries(given)) box.setAttribute(key, `${value}`);
      group.append(box);
    }
    this.frames.append(group);
  }
}

/**
 * The bar that says what colours mean.
 * @param {Scale} scale
 * @param {string} label - What the values are.
 * @returns {HTMLElement}
 */
export function bar(scale, label) {
  const count = scale.table.shape[0];
  const stops = Array.from({ length: 17 }, (_, k) => {
    const value = scale.low + (k / 16) * (scale.high - scale.low);
    return colourOf(scale, k === 16 ? scale.high - (scale.high - scale.low) / count : value);
  });
  const middle = scale.low < 0 ? ["0"] : [];
  const ends = [signed(scale.low), ...middle, signed(scale.high)];
  return make(
    "div",
    { class: "bar" },
    make("div", { class: "colours", style: `background: linear-gradient(to right, ${stops})` }),
    make("div", { class: "ends" }, ...ends.map((end) => make("span", {}, end))),
    make("div", { class: "label" }, label),
  );
}
