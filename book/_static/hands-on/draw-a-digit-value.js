/** One map shown large beside the image: choose a value, and follow its path. */

import { slice } from "./arithmetic.js";
import { button, chooseInGrid, make, signed } from "./elements.js";
import { Panel, brightness } from "./painting.js";
import { tellCause, tellPath } from "./draw-a-digit-words.js";
import { readBy, readersOf, runWithout, valueOf } from "./tracing.js";

/** @typedef {import("./arithmetic.js").Network} Network */
/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./draw-a-digit-state.js").State} State */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./painting.js").Scale} Scale */
/** @typedef {import("./tracing.js").Cell} Cell */
/** @typedef {import("./tracing.js").Field} Field */

/** @typedef {{reads: Record<string, Field>, readers: Record<string, Field>}} Trace */

export class ValueLooked {
  /**
   * @param {Part} looks
   * @param {Network} network
   * @param {{move: (row: number, column: number) => void, toggle: () => void}} given
   */
  constructor(looks, network, { move, toggle }) {
    this.looks = looks;
    this.network = network;
    this.image = new Panel(looks, { title: "Image" });
    this.map = new Panel(looks, { title: "Map" });
    this.words = make("div", { class: "words" });
    this.toggle = button("", toggle, { pressed: false });
    this.element = make("div", { class: "looked" }, this.image.element, this.map.element,
      make("div", { class: "about" }, this.words, this.toggle));
    /** @type {{cell: Cell, state: State}|null} */
    this.shown = null;
    chooseInGrid(this.map.paper, {
      label: "Choose a value of the map with the arrow keys",
      size: () => this.sizeOfMap(),
      at: () => [this.shown?.cell.row ?? 0, this.shown?.cell.column ?? 0],
      move,
    });
  }

  /** @returns {[number, number]} */
  sizeOfMap() {
    if (!this.shown) return [1, 1];
    const [rows, columns] = this.shown.state.outputs[this.shown.cell.layer].shape;
    return [rows, columns];
  }

  /**
   * Show a value, what it reads and what it does.
   * @param {Cell} cell
   * @param {State} state
   * @param {{scale: Scale, filterOff: boolean}} given - The scale of the layer.
   * @returns {{trace: Trace, sentences: string[]}}
   */
  show(cell, state, { scale, filterOff }) {
    this.shown = { cell, state };
    const { outputs } = state;
    const reads = readBy(this.network, outputs, cell);
    const readers = readersOf(this.network, outputs, cell);
    const sentences = this.sentences(cell, state, { reads, readers }, filterOff);
    this.paint(cell, outputs, reads.image, scale);
    this.words.replaceChildren(...sentences.map((one) => make("p", {}, one)));
    this.toggle.textContent = `Switch filter ${cell.filter} off`;
    this.toggle.setAttribute("aria-pressed", `${filterOff}`);
    return { trace: { reads, readers }, sentences };
  }

  /**
   * @param {Cell} cell
   * @param {Record<string, Tensor>} outputs
   * @param {Field} field - On the image.
   * @param {Scale} scale
   */
  paint(cell, outputs, field, scale) {
    const image = slice(outputs.image, 0);
    const alt = "The image; a frame marks what is read.";
    this.image.show(image, brightness(this.looks), alt);
    this.image.frame("field", field.patch, "sky");
    this.map.title.textContent = `Map ${cell.filter}`;
    const map = slice(outputs[cell.layer], cell.filter);
    this.map.show(map, scale, `Map ${cell.filter}, large.`);
    this.map.frame("cell", { ...cell, height: 1, width: 1 }, "sky");
  }

  /**
   * @param {Cell} cell
   * @param {State} state
   * @param {Trace} trace
   * @param {boolean} filterOff
   * @returns {string[]}
   */
  sentences(cell, state, trace, filterOff) {
    const { layers } = this.network;
    const value = valueOf(state.outputs, cell);
    const where = `Row ${cell.row}, column ${cell.column}: ${signed(value)}.`;
    const path = tellPath(layers, trace);
    if (state.empty) return [where, path];
    const rest = runWithout(this.network, state.outputs, cell, state.off);
    const cause = tellCause({
      value,
      off: filterOff,
      beaten: this.isBeaten(cell, state.outputs, rest),
      before: state.now.data,
      now: rest.digit.data,
    });
    return [where, cause, path];
  }

  /**
   * Tell whether the next pooling keeps another value, so that this one is lost.
   * @param {Cell} cell
   * @param {Record<string, Tensor>} outputs
   * @param {Record<string, Tensor>} rest - Without the value.
   * @returns {boolean}
   */
  isBeaten({ layer }, outputs, rest) {
    const { layers } = this.network;
    const behind = layers.slice(layers.findIndex((one) => one.name === layer) + 1);
    const next = behind.find(({ kind }) => kind !== "relu");
    if (next?.kind !== "pooling") return false;
    const [all, left] = [outputs[next.name].data, rest[next.name].data];
    return all.every((value, k) => value === left[k]);
  }
}
