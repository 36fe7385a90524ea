/** A small curve over the steps of a training, with a point at the one that is shown. */

import { make, signed } from "./elements.js";
import { draw } from "./svg.js";
import { counted, nearest } from "./watching.js";

/** @typedef {{width: number, height: number, left: number, right: number, top: number,
 *   bottom: number}} Box - The size of a drawing, and its margins. */

/** @typedef {{x: number, y: number}} Place */

/** @type {Box} */
const BOX = { width: 320, height: 128, left: 54, right: 12, top: 12, bottom: 24 };
const LINE = 15; // what a line of words needs

/**
 * Place values in a box; zero always lies in it.
 * @param {number[]} shares - Where they lie along the axis, from 0 to 1.
 * @param {(number|null)[]} values
 * @param {Box} box
 * @returns {{places: (Place|null)[], zero: number}} `zero` is the height of its line.
 */
export function placed(shares, values, box) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const tall = box.height - box.top - box.bottom;
  const wide = box.width - box.left - box.right;
  const y = (/** @type {number} */ value) =>
    box.top + tall * (high === low ? 1 : (high - value) / (high - low));
  const places = values.map((value, k) =>
    value === null ? null : { x: box.left + wide * shares[k], y: y(value) },
  );
  return { places, zero: y(0) };
}

/**
 * Move two heights apart, so that the words at them do not overlap.
 * @param {number} one
 * @param {number} other
 * @param {number} least - Distance that they need.
 * @returns {[number, number]}
 */
export function apart(one, other, least) {
  const missing = least - Math.abs(one - other);
  if (missing <= 0) return [one, other];
  const way = one < other ? -1 : 1;
  return [one + (way * missing) / 2, other - (way * missing) / 2];
}

/**
 * @typedef {object} Given
 * @property {string} name - Of the values, such as "Loss".
 * @property {number[]} steps
 * @property {number[]} shares - Where the steps lie along the axis, from 0 to 1.
 * @property {(number|null)[]} values - At each step.
 * @property {string} colour
 * @property {(at: number) => void} pick - The reader clicked nearest to this record.
 */

/**
 * Draw a curve. Clicking on it picks a step; a slider does it for the keyboard.
 * @param {Given} given
 * @returns {{element: HTMLElement, show: (at: number, words: string) => void}}
 */
export function curve(given) {
  const { name, shares, values, colour } = given;
  const { places, zero } = placed(shares, values, BOX);
  const svg = draw("svg", { role: "img", viewBox: `0 0 ${BOX.width} ${BOX.height}` });
  const point = draw("circle", { r: 6, fill: colour, class: "point" });
  const rule = draw("line", { y1: BOX.top, y2: BOX.height - BOX.bottom, class: "rule" });
  svg.append(...axes(zero), ...labels(given, places), rule, line(places, colour), point);
  const title = make("div", { class: "title" });
  const ends = values.filter((value) => value !== null);
  const course = `from ${signed(ends[0])} to ${signed(ends[ends.length - 1])}`;
  const show = (/** @type {number} */ at, /** @type {string} */ words) => {
    const x = BOX.left + (BOX.width - BOX.left - BOX.right) * shares[at];
    rule.setAttribute("x1", `${x}`);
    rule.setAttribute("x2", `${x}`);
    const place = places[at];
    point.setAttribute("visibility", place ? "visible" : "hidden");
    if (place) point.setAttribute("cx", `${place.x}`);
    if (place) point.setAttribute("cy", `${place.y}`);
    title.replaceChildren(`${name}: `, make("b", {}, words));
    svg.setAttribute("aria-label", `${name} over the training, ${course}; now ${words}`);
  };
  listen(svg, given);
  return { element: make("div", { class: "curve" }, title, svg), show };
}

/**
 * Pick the nearest step, also while the pointer is dragged.
 * @param {SVGElement} svg
 * @param {Given} given
 */
function listen(svg, { shares, pick }) {
  let picked = -1;
  const point = (/** @type {PointerEvent} */ event) => {
    const { left, width } = svg.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * BOX.width;
    const at = nearest(shares, (x - BOX.left) / (BOX.width - BOX.left - BOX.right));
    if (at !== picked) pick(at);
    picked = at;
  };
  svg.addEventListener("pointerdown", (event) => {
    picked = -1; // the slider may have moved since
    svg.setPointerCapture(event.pointerId);
    point(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) point(event);
  });
}

/**
 * The edges of the box, and zero.
 * @param {number} zero
 * @returns {SVGElement[]}
 */
function axes(zero) {
  const [right, foot] = [BOX.width - BOX.right, BOX.height - BOX.bottom];
  return [
    draw("path", { class: "axis", d: `M${BOX.left} ${BOX.top}V${foot}H${right}` }),
    draw("line", { class: "zero", x1: BOX.left, x2: right, y1: zero, y2: zero }),
  ];
}

/**
 * The first and the last value, and the first and the last step.
 * @param {Given} given
 * @param {(Place|null)[]} places
 * @returns {SVGElement[]}
 */
function labels({ values, steps }, places) {
  const first = places.findIndex((place) => place !== null);
  const last = places.length - 1;
  const heights = [first, last].map((at) => /** @type {Place} */ (places[at]).y);
  const moved = apart(heights[0], heights[1], LINE);
  const beside = [first, last].map((at, k) =>
    draw(
      "text",
      { x: BOX.left - 11, y: moved[k] + 5, "text-anchor": "end" },
      signed(/** @type {number} */ (values[at])),
    ),
  );
  const y = BOX.height - 6;
  const right = BOX.width - BOX.right;
  return [
    ...beside,
    draw("text", { x: BOX.left, y }, `step ${counted(steps[0])}`),
    draw("text", { x: right, y, "text-anchor": "end" }, counted(steps[last])),
  ];
}

/**
 * @param {(Place|null)[]} places
 * @param {string} colour
 * @returns {SVGElement}
 */
function line(places, colour) {
  const known = places.filter((place) => place !== null);
  const points = known.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return draw("polyline", { class: "line", points, stroke: colour, fill: "none" });
}
