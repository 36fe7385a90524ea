/** The kernels of the guessing game: buttons to choose them, and their weights as numbers. */

import { tensor } from "./arithmetic.js";
import { freshId, make, signed } from "./elements.js";
import { inkOn } from "./ink.js";
import { Panel, colourOf } from "./painting.js";

/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./painting.js").Scale} Scale */

/**
 * @typedef {object} Card - One kernel.
 * @property {HTMLElement} element
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} tick - A tick or a cross.
 * @property {HTMLElement} verdict - Whether it is trained, once that is told.
 * @property {HTMLElement} rows - Its weights in words, once they are asked for.
 */

/**
 * A button with the picture of a kernel, and room for what is told below it.
 * @param {Part} looks
 * @param {number} kernel
 * @param {number[][]} weights - Rows.
 * @param {Scale} scale
 * @param {() => void} press
 * @returns {Card}
 */
export function card(looks, kernel, weights, scale, press) {
  const panel = new Panel(looks);
  panel.show(matrix(weights), scale, `picture of kernel ${kernel}`);
  const tick = make("span", { class: "tick" });
  const verdict = make("p", { class: "verdict", id: freshId() });
  const rows = make("span", { id: freshId(), hidden: true });
  const button = make(
    "button",
    {
      type: "button",
      "aria-label": `kernel ${kernel}`,
      "aria-pressed": "false",
      "aria-describedby": `${verdict.id} ${rows.id}`,
      click: press,
    },
    make("span", { class: "head" }, make("span", {}, `${kernel}`), tick),
    panel.element,
  );
  const element = make("div", { class: "kernel" }, button, verdict, rows);
  return { element, button, tick, verdict, rows };
}

/**
 * @param {number[][]} rows
 * @returns {import("./arithmetic.js").Tensor}
 */
export function matrix(rows) {
  return tensor([rows.length, rows[0].length], rows.flat());
}

/**
 * Show whether a kernel is chosen.
 * @param {Card} card
 * @param {boolean} chosen
 */
export function setChosen({ button, tick }, chosen) {
  button.setAttribute("aria-pressed", `${chosen}`);
  tick.textContent = chosen ? "\u2713" : "";
}

/**
 * Tell whether a kernel is trained, and its Moran's I.
 * @param {Card} card
 * @param {{trained: boolean, chosen: boolean, order: number}} truth
 */
export function reveal({ element, tick, verdict, button }, { trained, chosen, order }) {
  element.classList.toggle("trained", trained);
  button.setAttribute("aria-disabled", "true");
  if (chosen && !trained) tick.textContent = "\u2717";
  verdict.append(
    make("span", { class: "which" }, trained ? "trained" : "not trained"),
    make("span", { class: "unseen" }, ", Moran's I "),
    make("span", { "aria-hidden": "true" }, "I = "),
    signed(order),
  );
}

/**
 * Let arrow keys, Home and End move the focus over a grid of buttons.
 * @param {HTMLElement} grid
 * @param {() => HTMLButtonElement[]} buttons - In the order of reading.
 */
export function moveByKeys(grid, buttons) {
  grid.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.findIndex((one) => one === document.activeElement);
    if (at < 0) return;
    const tops = all.map((one) => one.getBoundingClientRect().top);
    const columns = tops.filter((top) => Math.abs(top - tops[0]) < 2).length;
    /** @type {Record<string, number>} */
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - columns,
      ArrowDown: at + columns,
      Home: 0,
      End: all.length - 1,
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    all[to[event.key]]?.focus();
  });
}

/**
 * Write the weights of a kernel on their colours.
 * @param {number} kernel
 * @param {number[][]} rows
 * @param {Scale} scale
 * @returns {HTMLTableElement}
 */
export function weightTable(kernel, rows, scale) {
  const cell = (/** @type {number} */ weight) => {
    const colour = colourOf(scale, weight);
    const style = `background: ${colour}; color: ${inkOn(colour)}`;
    return make("td", { style }, signed(weight, 1));
  };
  return make(
    "table",
    {},
    make("caption", {}, `Weights of kernel ${kernel}`),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))),
  );
}

/**
 * Read the weights of a kernel out, row by row.
 * @param {number[][]} rows
 * @returns {string}
 */
export function rowsInWords(rows) {
  const read = (/** @type {number[]} */ row) =>
    row.map((weight) => signed(weight, 1).replace("\u2212", "minus ")).join(", ");
  return rows.map((row, k) => `Row ${k + 1}: ${read(row)}.`).join(" ");
}
