/** The maps of one layer, as buttons that open and close together. */

import { slice } from "./arithmetic.js";
import { make } from "./elements.js";
import { Panel, bar, scaleFromZero, signedScale } from "./painting.js";
import { capital, layerInWords } from "./draw-a-digit-words.js";

/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./painting.js").Scale} Scale */
/** @typedef {import("./tracing.js").Field} Field */

/**
 * What a layer shows now.
 * @typedef {object} View
 * @property {Tensor} maps
 * @property {Set<number>} off - Filters that are off.
 * @property {number|null} chosen - The map looked at, where it is one of this layer.
 * @property {Field|null} field - What is framed.
 * @property {"sky"|"orange"} colour - Of the frame.
 */

export class LayerOfMaps {
  /**
   * @param {Part} looks
   * @param {Layer[]} layers
   * @param {{layer: Layer, choose: (filter: number) => void}} given
   */
  constructor(looks, layers, { layer, choose }) {
    this.looks = looks;
    this.layer = layer;
    this.choose = choose;
    this.name = layerInWords(layers, layer.name);
    /** @type {View|null} */
    this.view = null;
    this.stale = false; // what is folded away is painted later
    /** @type {{button: HTMLButtonElement, panel: Panel, note: HTMLElement}[]} */
    this.maps = [];
    this.summary = make("summary");
    const group = { class: "maps", role: "group", "aria-label": capital(this.name) };
    this.grid = make("div", group);
    this.legend = make("div", { class: "legend" });
    /** Where the map that is looked at is shown large. */
    this.large = make("div", { class: "large" });
    this.element = make("details", { toggle: () => this.paint() }, this.summary, this.large,
      this.grid, this.legend);
    this.grid.addEventListener("keydown", (event) => this.step(event));
  }

  /** @param {View} view */
  show(view) {
    this.view = view;
    this.stale = true;
    const [rows, columns, count] = view.maps.shape;
    this.summary.textContent =
      `${capital(this.name)}: ${count} maps of ${rows} by ${columns}`;
    this.paint();
  }

  /**
   * @param {Tensor} maps
   * @returns {Scale}
   */
  scaleOf(maps) {
    const before = this.layer.kind === "convolution";
    return before ? signedScale(this.looks, maps) : scaleFromZero(this.looks, maps);
  }

  /** Paint the maps, unless they are folded away. */
  paint() {
    const { view } = this;
    if (!view || !this.stale || !this.element.open) return;
    this.stale = false;
    if (!this.maps.length) this.makeMaps(view.maps.shape[2]);
    const scale = this.scaleOf(view.maps);
    this.maps.forEach((_, filter) => this.paintMap(filter, view, scale));
    const before = this.layer.kind === "convolution";
    const label = `value ${before ? "before" : "after"} ReLU`;
    this.legend.replaceChildren(bar(scale, label));
  }

  /** @param {number} count */
  makeMaps(count) {
    this.maps = Array.from({ length: count }, (_, filter) => {
      const panel = new Panel(this.looks);
      panel.canvas.removeAttribute("role");
      panel.canvas.removeAttribute("aria-label");
      panel.canvas.setAttribute("aria-hidden", "true"); // the button has the name
      const note = make("span", { class: "note" });
      const button = make(
        "button",
        { type: "button", click: () => this.choose(filter), "aria-pressed": "false" },
        panel.element,
        note,
      );
      return { button, panel, note };
    });
    this.grid.replaceChildren(...this.maps.map(({ button }) => button));
  }

  /**
   * @param {number} filter
   * @param {View} view
   * @param {Scale} scale
   */
  paintMap(filter, view, scale) {
    const { button, panel, note } = this.maps[filter];
    const { field, chosen, off } = view;
    panel.show(slice(view.maps, filter), scale);
    const framed = field && (field.filter === null || field.filter === filter);
    panel.frame("field", framed ? field.patch : null, view.colour);
    const state = off.has(filter) ? "off" : "";
    note.textContent = [filter, state].filter((part) => part !== "").join(" ");
    const name = `Map ${filter}, ${this.name}${state && ", its filter is off"}`;
    button.setAttribute("aria-label", name);
    button.setAttribute("aria-pressed", `${chosen === filter}`);
    button.classList.toggle("off", off.has(filter));
    button.tabIndex = filter === (chosen ?? 0) ? 0 : -1;
  }

  /**
   * Move between the maps with arrow keys, so that Tab passes them in one step.
   * @param {KeyboardEvent} event
   */
  step(event) {
    const buttons = this.maps.map(({ button }) => button);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const wide = buttons.filter((one) => one.offsetTop === buttons[0].offsetTop).length;
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - wide,
      ArrowDown: at + wide, Home: 0, End: buttons.length - 1 };
    if (at < 0 || !(event.key in to)) return;
    event.preventDefault();
    buttons[to[event.key]]?.focus();
  }
}
