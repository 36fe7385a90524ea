/** A kernel that the reader changes, slides over a digit, and follows to one value. */

import { announcer, button, choice, make, slider } from "./elements.js";
import { pad } from "./pad.js";
import { player } from "./player.js";
import { largestAt, mapOf, resized } from "./playground.js";
import { EditableKernel } from "./playground-cells.js";
import {
  OWN, digitNamed, imageOptions, kernelNamed, kernelOptions,
} from "./playground-choices.js";
import { View } from "./playground-view.js";
import { prepare } from "./preparation.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./playground.js").Setting} Setting */

export const needs = ["looks", "kernels"];
export const caption =
  "A kernel slides over a digit. Choose a value of the map, by pointing or with arrow " +
  "keys, to see how it is computed; change a weight to see what becomes of the map.";

const REST = 30; // milliseconds between two places
const DRAW = "draw";
const EMPTY = "Draw a digit: the pad is empty, so the image is black.";

/**
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, { looks, kernels }) {
  place.append(...new Playground(looks, kernels).elements());
}

class Playground {
  /**
   * @param {Part} looks
   * @param {Part} kernels
   */
  constructor(looks, kernels) {
    this.kernels = kernels;
    const first = `learned ${kernels.facts.running}`;
    /** @type {Setting} */
    this.setting = { image: digitNamed(kernels, "0"), ...kernelNamed(kernels, first),
      stride: 1, dilation: 1, padding: "valid", relu: false };
    this.map = mapOf(this.setting);
    /** Row and column of the map. @type {[number, number]} */
    this.at = largestAt(this.map);
    this.filling = false; // while the kernel plays, the map is shown as far as it is
    this.view = new View(looks, this, (row, column) => this.choose(row, column));
    this.heard = announcer();
    this.blank = make("p", { class: "trouble", role: "status" });
    this.kernel = new EditableKernel((weights) => this.type(weights));
    this.chosen = choice({ label: "Kernel", options: kernelOptions(kernels), value: first,
      change: (name) => this.take(name) });
    this.size = choice({ label: "Weights", options: [["3", "3 by 3"], ["5", "5 by 5"]],
      value: "5", change: (size) => this.resize(Number(size)) });
    this.pad = pad({ label: "Pad for a digit", changed: () => this.readPad() });
    this.drawing = make("div", { class: "drawing", hidden: true }, this.pad.element,
      button("Clear", () => this.pad.clear()));
    this.playing = player({ step: (by) => this.step(by), rest: REST,
      atEnd: () => !this.filling, restart: () => this.restart() });
    this.relu = button("Bias and ReLU", () => this.toggle(), { pressed: false });
    this.putKernel();
    this.update();
  }

  /** @returns {HTMLElement[]} */
  elements() {
    const { view } = this;
    const images = choice({ label: "Image", value: "0",
      options: [...imageOptions(this.kernels), [DRAW, "draw one"]],
      change: (name) => this.putImage(name) });
    const sign = (/** @type {string} */ text) =>
      make("span", { class: "sign", "aria-hidden": "true" }, text);
    return [
      make("div", { class: "controls" }, this.chosen.element, this.size.element,
        images.element),
      this.drawing, this.blank,
      make("div", { class: "both" }, view.image.element, view.answers.element),
      this.playing.element,
      make("div", { class: "equation" }, view.patch.element, sign("\u00d7"),
        this.kernel.element, sign("="), view.products.element),
      this.kernel.trouble, view.words, view.bars,
      make("div", { class: "controls" }, ...this.howItSlides(), this.relu),
      this.heard.element,
    ];
  }

  /** @returns {HTMLElement[]} Controls of stride, dilation and padding. */
  howItSlides() {
    const sides = { min: 1, max: 3, value: 1 };
    /** @type {[string, string][]} */
    const paddings = [["valid", "valid"], ["same", "same"]];
    return [
      slider({ label: "Stride", ...sides, input: (stride) => this.change({ stride }) }),
      slider({ label: "Dilation", ...sides,
        input: (dilation) => this.change({ dilation }) }),
      choice({ label: "Padding", value: "valid", options: paddings,
        change: (name) => this.change({ padding: name === "same" ? "same" : "valid" }) }),
    ].map(({ element }) => element);
  }

  /** @param {string} name - Of a kernel. */
  take(name) {
    if (name === OWN) return;
    Object.assign(this.setting, kernelNamed(this.kernels, name));
    this.putKernel();
    this.change({});
  }

  /** @param {number} size */
  resize(size) {
    this.chosen.set(OWN);
    this.setting.weights = resized(this.setting.weights, size);
    this.putKernel();
    this.change({});
  }

  /** Write the weights into the fields. */
  putKernel() {
    const { weights } = this.setting;
    this.kernel.set(weights);
    this.size.set(`${weights.shape[0]}`);
  }

  /** @param {Tensor} weights - As typed. */
  type(weights) {
    this.chosen.set(OWN);
    this.change({ weights });
  }

  /** @param {string} name */
  putImage(name) {
    this.drawing.hidden = name !== DRAW;
    this.blank.textContent = "";
    if (name === DRAW) this.readPad();
    else this.change({ image: digitNamed(this.kernels, name) });
  }

  /** Take what is drawn, centred and scaled as the digits of the book are. */
  readPad() {
    if (this.drawing.hidden) return;
    const { image, empty } = prepare(this.pad.ink());
    this.blank.textContent = empty ? EMPTY : "";
    this.change({ image });
  }

  toggle() {
    const relu = !this.setting.relu;
    this.relu.setAttribute("aria-pressed", `${relu}`);
    this.change({ relu });
  }

  /**
   * Show the whole map anew, at a place that it still has.
   * @param {Partial<Setting>} part - Of the setting.
   */
  change(part) {
    Object.assign(this.setting, part);
    this.map = mapOf(this.setting);
    const [rows, columns] = this.map.shape;
    this.choose(Math.min(this.at[0], rows - 1), Math.min(this.at[1], columns - 1));
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  choose(row, column) {
    this.playing.stop();
    this.filling = false;
    this.at = [row, column];
    this.heard.say(this.update());
  }

  /** Begin anew to fill the map. */
  restart() {
    this.filling = true;
    this.at = [0, 0];
    this.update();
  }

  /** @param {number} by - Places. */
  step(by) {
    const [rows, columns] = this.map.shape;
    const last = rows * columns - 1;
    const next = Math.min(Math.max(this.at[0] * columns + this.at[1] + by, 0), last);
    this.at = [Math.floor(next / columns), next % columns];
    if (next === last) this.filling = false;
    const sentence = this.update();
    if (!this.filling) this.heard.say(sentence);
  }

  /** @returns {string} What is said of the place. */
  update() {
    const { sentence, weights } = this.view.show(this);
    this.kernel.colour(weights);
    return sentence;
  }
}
