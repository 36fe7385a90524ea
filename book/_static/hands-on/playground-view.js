/** The image, the map, and what is multiplied at one place. */

import { chooseInGrid, make } from "./elements.js";
import { Panel, bar, brightness, scaleFromZero, signedScale } from "./painting.js";
import { answerAt, tellAnswer } from "./playground.js";
import { Cells } from "./playground-cells.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./painting.js").Scale} Scale */
/** @typedef {import("./playground.js").Answer} Answer */
/** @typedef {import("./playground.js").Setting} Setting */

const MOST = 25; // weights of a kernel

/**
 * @typedef {object} Shown
 * @property {Setting} setting
 * @property {Tensor} map
 * @property {[number, number]} at - Row and column of the map.
 * @property {boolean} filling - Whether the map is shown only as far as `at`.
 */

export class View {
  /**
   * @param {Part} looks
   * @param {Shown} first
   * @param {(row: number, column: number) => void} choose
   */
  constructor(looks, first, choose) {
    this.looks = looks;
    this.shown = first;
    this.image = new Panel(looks, { title: "Image" });
    this.answers = new Panel(looks, { title: "Map: choose a value" });
    this.answers.paper.classList.add("filled");
    this.patch = new Cells("Patch");
    this.products = new Cells("Products");
    this.words = make("p", { class: "sum" });
    this.bars = make("div", { class: "scales" });
    chooseInGrid(this.answers.paper, {
      label: "Choose a value of the map with the arrow keys",
      size: () => [this.shown.map.shape[0], this.shown.map.shape[1]],
      at: () => this.shown.at,
      move: choose,
    });
  }

  /**
   * Show a place, and what is computed there.
   * @param {Shown} shown
   * @returns {{sentence: string, weights: Scale}} What is said, and the weights' colours.
   */
  show(shown) {
    this.shown = shown;
    const { setting, map, at: [row, column] } = shown;
    const answer = answerAt(setting, shown.at);
    const weights = signedScale(this.looks, setting.weights); // products are no larger
    const values = (setting.relu ? scaleFromZero : signedScale)(this.looks, map);
    this.showImage(setting, answer);
    this.showMap(shown, values);
    this.patch.show(answer.patch, brightness(this.looks));
    this.products.show(answer.products, weights);
    const label = `map, ${setting.relu ? "after" : "before"} bias and ReLU`;
    this.bars.replaceChildren(bar(values, label), bar(weights, "weights and products"));
    const sentence = `Row ${row}, column ${column}. ${tellAnswer(setting, answer)}`;
    this.words.textContent = sentence;
    return { sentence, weights };
  }

  /**
   * @param {Setting} setting
   * @param {Answer} answer
   */
  showImage({ image, dilation }, { start: [row, column], across, patch }) {
    const words = "The image; a frame marks the patch.";
    this.image.show(image, brightness(this.looks), words);
    this.image.frame("patch", { row, column, height: across, width: across });
    const side = Math.sqrt(patch.length);
    for (let k = 0; k < MOST; k++) {
      const down = row + dilation * Math.floor(k / side);
      const right = column + dilation * (k % side);
      const pixel = { row: down, column: right, height: 1, width: 1 };
      const apart = dilation > 1 && k < patch.length;
      this.image.frame(`pixel ${k}`, apart ? pixel : null, "orange");
    }
  }

  /**
   * Show the map; while it is being filled, no farther than it is.
   * @param {Shown} shown
   * @param {Scale} scale
   */
  showMap({ map, at: [row, column], filling }, scale) {
    const [rows, columns] = map.shape;
    this.answers.show(map, scale, `A map of ${rows} by ${columns} values.`);
    this.answers.frame("value", { row, column, height: 1, width: 1 });
    if (!filling) return;
    const paper = this.answers.canvas.getContext("2d");
    paper?.clearRect(column + 1, row, columns, 1);
    paper?.clearRect(0, row + 1, columns, rows);
  }
}
