/** Grids of numbers on the colours of their values: a patch, products, a kernel to type. */

import { make } from "./elements.js";
import { inkOn } from "./ink.js";
import { colourOf } from "./painting.js";
import { LIMIT, brief, weightFrom } from "./playground.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./painting.js").Scale} Scale */

/**
 * Put a value's colour behind an element, and readable words on it.
 * @param {HTMLElement} element
 * @param {Scale} scale
 * @param {number} value
 */
function paint(element, scale, value) {
  const colour = colourOf(scale, value);
  element.style.backgroundColor = colour;
  element.style.color = inkOn(colour);
}

/** A grid of numbers. */
export class Cells {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.grid = make("div", { class: "grid", role: "img" });
    const title = make("div", { class: "title" }, name);
    this.element = make("div", { class: "cells" }, title, this.grid);
  }

  /**
   * @param {(number|null)[]} values - Row by row; null is a zero of the padding.
   * @param {Scale} scale
   */
  show(values, scale) {
    const side = Math.sqrt(values.length);
    this.grid.style.setProperty("--side", `${side}`);
    const padding = "zero of the padding";
    const told = values.map((value) => (value === null ? padding : brief(value)));
    this.grid.setAttribute("aria-label", `${this.name}, row by row: ${told.join(", ")}`);
    this.grid.replaceChildren(...values.map((value) => {
      const cell = make("span", { class: value === null ? "padding" : null },
        value === null ? "0" : brief(value));
      if (value !== null) paint(cell, scale, value);
      return cell;
    }));
  }
}

/** A kernel whose weights can be typed. */
export class EditableKernel {
  /** @param {(weights: Tensor) => void} typed - Called for every change. */
  constructor(typed) {
    this.typed = typed;
    /** @type {Tensor} */
    this.weights = { shape: [0, 0], data: new Float32Array() };
    /** @type {HTMLInputElement[]} */
    this.fields = [];
    const named = { role: "group", "aria-label": "Weights of the kernel" };
    this.grid = make("div", { class: "grid", ...named });
    const title = make("div", { class: "title" }, "Kernel: change a weight");
    this.element = make("div", { class: "cells editable" }, title, this.grid);
    /** What is wrong with what was typed. */
    this.trouble = make("p", { class: "trouble", role: "status" });
  }

  /** @param {Tensor} weights - Shape [size, size]. */
  set({ shape, data }) {
    this.weights = { shape, data: data.slice() };
    const side = shape[0];
    this.grid.style.setProperty("--side", `${side}`);
    this.fields = Array.from(data, (value, k) => make("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": `weight in row ${Math.floor(k / side)}, column ${k % side}`,
      value: brief(value),
      focus: (/** @type {FocusEvent} */ { target }) =>
        /** @type {HTMLInputElement} */ (target).select(),
      input: () => this.type(k),
    }));
    this.grid.replaceChildren(...this.fields);
    this.trouble.textContent = "";
  }

  /** @param {number} k - Of the field that was changed. */
  type(k) {
    const field = this.fields[k];
    const value = weightFrom(field.value);
    if (value === null) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    this.tell();
    if (value === null) return;
    this.weights = { ...this.weights, data: this.weights.data.slice() };
    this.weights.data[k] = value;
    this.typed(this.weights);
  }

  /** Name the first field that holds no number. */
  tell() {
    const k = this.fields.findIndex((field) => field.hasAttribute("aria-invalid"));
    const name = this.fields[k]?.getAttribute("aria-label");
    this.trouble.textContent = k < 0 ? "" : `The ${name} is not a number from ` +
      `${brief(-LIMIT)} to ${LIMIT}, such as 0.5 or \u22121. The map still has the ` +
      `weight ${brief(this.weights.data[k])} there.`;
  }

  /** @param {Scale} scale */
  colour(scale) {
    this.fields.forEach((field, k) => paint(field, scale, this.weights.data[k]));
  }
}
