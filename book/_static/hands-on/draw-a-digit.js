/** A digit that the reader draws goes through the network of this book, layer by layer. */

import { slice } from "./arithmetic.js";
import { announcer, button, choice, freshId, make, slider } from "./elements.js";
import { Panel, brightness } from "./painting.js";
import { Answer } from "./draw-a-digit-answer.js";
import { countRight, digitAt } from "./draw-a-digit-count.js";
import { LayerOfMaps } from "./draw-a-digit-layers.js";
import { readInk, reluOf } from "./draw-a-digit-state.js";
import { ValueLooked } from "./draw-a-digit-value.js";
import {
  EMPTY, NOTHING_LEFT, amounts, filtersInWords, tellAnswer, tellChange, tellCount,
} from "./draw-a-digit-words.js";
import { pad } from "./pad.js";
import { brightest, valueOf } from "./tracing.js";
import { UNCHANGED } from "./transform.js";

/** @typedef {import("./arithmetic.js").Network} Network */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./tracing.js").Cell} Cell */
/** @typedef {import("./transform.js").Change} Change */

export const needs = ["looks", "network", "digits"];
export const caption =
  "The network of this book reads what is on the pad. Draw a digit of your own, change " +
  "it, look at any value in any layer, and switch filters off.";

/** @type {[keyof Change, string, number, number, number][]} Name, label, limits, step. */
const SLIDERS = [
  ["across", "Across", -8, 8, 1],
  ["down", "Down", -8, 8, 1],
  ["turn", "Rotation", -90, 90, 5],
  ["stroke", "Strokes", -3, 4, 1],
];
/** @type {Set<number>} */
const NONE = new Set(); // no filter is off
const NARROW = "(max-width: 40rem)"; // where one open layer is enough to begin with

/**
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, parts) {
  const piece = new Drawing(parts);
  for (const colour of ["sky", "orange"]) {
    place.style.setProperty(`--${colour}`, parts.looks.facts.colours[colour]);
  }
  place.append(...piece.elements());
  piece.begin();
}

class Drawing {
  /** @param {Record<string, Part>} parts */
  constructor({ looks, network, digits }) {
    this.looks = looks;
    /** @type {Network} */
    this.network = { layers: network.facts.layers, arrays: network.arrays };
    this.digits = { pixels: digits.arrays.pixels, labels: digits.arrays.labels };
    /** @type {Change} */
    this.change = { ...UNCHANGED };
    /** @type {Record<string, Set<number>>} */
    this.off = {};
    this.sample = 0;
    this.pad = pad({ label: "Pad for a digit", changed: () => this.update() });
    this.received = new Panel(looks, { title: "What the network receives" });
    this.answer = new Answer();
    this.heard = announcer();
    this.samples = this.makeSamples();
    this.sliders = this.makeSliders();
    this.layers = this.makeLayers();
    this.looked = new ValueLooked(looks, this.network, {
      move: (row, column) => this.chooseValue(row, column),
      toggle: () => this.toggle(),
    });
    this.counted = make("p", { class: "counted" });
    this.filters = make("div", { class: "filters", hidden: true }, this.counted,
      button("Switch all on", () => this.allOn()));
    this.counting = new AbortController();
    /** Right answers with all filters. @type {Promise<number|null>|null} */
    this.all = null;
    /** @type {string|null} */
    this.told = null;
    this.put(this.firstSample());
    this.state = readInk(this.network, this.pad.ink(), this.change, this.off);
    this.cell = this.brightestOf(this.reluLayers()[0]);
  }

  /** @returns {HTMLElement[]} */
  elements() {
    const clear = button("Clear", () => this.pad.clear());
    const another = button("Another", () => this.another(), {
      label: "Another test digit",
    });
    const row = make("div", { class: "buttons" }, clear, this.samples.element, another);
    const title = make("div", { class: "title" }, "Clear the pad and draw a digit");
    const drawing = make("div", { class: "drawing" }, title, this.pad.element, row);
    const short = make("div", { class: "short" }, this.received.element, this.answer.read);
    const reading = make("div", { class: "reading" }, short, this.answer.element);
    const back = button("Undo changes", () => this.undo());
    const words = "Shift the digit, rotate it, or change its strokes:";
    const lead = make("p", { id: freshId() }, words);
    const group = { class: "changes", role: "group", "aria-labelledby": lead.id };
    const sliders = this.sliders.map(({ element }) => element);
    const changes = make("div", group, lead, ...sliders, back);
    return [
      make("div", { class: "top" }, drawing, reading),
      changes,
      this.filters,
      make("p", {}, "Press a map to see it large, and choose one of its values there:"),
      make("div", { class: "layers" }, ...this.layers.map(({ element }) => element)),
      this.heard.element,
    ];
  }

  /** Offer digits of the test set. */
  makeSamples() {
    const labels = [...new Set(this.digits.labels.data)].sort((one, other) => one - other);
    return choice({
      label: "Test digit",
      options: labels.map((label) => [`${label}`, `${label}`]),
      value: `${labels[0]}`,
      change: (label) => this.put(this.digits.labels.data.indexOf(Number(label))),
    });
  }

  makeSliders() {
    return SLIDERS.map(([name, label, min, max, step]) => ({
      name,
      ...slider({ label, min, max, step, value: 0, words: amounts[name], input: (value) => {
        this.change[name] = value;
        this.update();
      } }),
    }));
  }

  /** @returns {LayerOfMaps[]} */
  makeLayers() {
    const { layers } = this.network;
    const ofMaps = layers.filter(({ kind }) => kind !== "flatten" && kind !== "dense");
    return ofMaps.map((layer) => {
      const choose = (/** @type {number} */ filter) => this.chooseMap(layer.name, filter);
      return new LayerOfMaps(this.looks, layers, { layer, choose });
    });
  }

  /** @returns {number} The digit of the still figure: the first that is no seven. */
  firstSample() {
    const { data } = this.digits.labels;
    return data.findIndex((label) => label !== data[0]);
  }

  /** @returns {string[]} */
  reluLayers() {
    const found = this.network.layers.filter(({ kind }) => kind === "relu");
    return found.map(({ name }) => name);
  }

  /** Show the first digit, its brightest map, and where there is room a second layer. */
  begin() {
    const own = this.layerOf(this.cell);
    own.element.open = true;
    own.large.append(this.looked.element);
    this.show();
    if (window.matchMedia(NARROW).matches) return;
    const open = this.reluLayers();
    for (const { layer, element } of this.layers) element.open = open.includes(layer.name);
  }

  /**
   * @param {string} layer
   * @returns {Cell} The place of its largest value.
   */
  brightestOf(layer) {
    const { outputs } = this.state;
    const count = outputs[layer].shape[2];
    const peaks = Array.from({ length: count }, (_, k) => brightest(outputs, layer, k));
    const value = (/** @type {Cell} */ cell) => valueOf(outputs, cell);
    return peaks.reduce((one, other) => (value(other) > value(one) ? other : one));
  }

  /**
   * Put a digit of the test set on the pad.
   * @param {number} sample
   */
  put(sample) {
    this.sample = sample;
    this.samples.set(`${this.digits.labels.data[sample]}`);
    const { shape, data } = digitAt(this.digits.pixels, sample);
    this.pad.setImage({ shape: shape.slice(0, 2), data });
  }

  /** Put the next test digit with the same label on the pad. */
  another() {
    const { data } = this.digits.labels;
    const next = data.indexOf(data[this.sample], this.sample + 1);
    this.put(next < 0 ? data.indexOf(data[this.sample]) : next);
  }

  undo() {
    this.change = { ...UNCHANGED };
    for (const { set } of this.sliders) set(0);
    this.update();
  }

  /** Read the pad anew. */
  update() {
    this.state = readInk(this.network, this.pad.ink(), this.change, this.off);
    this.show();
  }

  /** Show and tell what the network makes of the pad. */
  show() {
    const { outputs, empty, lost, now, before } = this.state;
    const alt = empty ? "Black, because the canvas is empty." : "The prepared digit.";
    this.received.show(slice(outputs.image, 0), brightness(this.looks), alt);
    const change = this.changeInWords();
    const reason = lost ? NOTHING_LEFT : EMPTY;
    if (empty) this.answer.showEmpty(reason);
    else this.answer.show(now.data, before?.data ?? null, change);
    this.showValue();
    this.tell(empty ? reason : `${tellAnswer(now.data)} ${change}`);
  }

  /** @returns {string} */
  changeInWords() {
    const { before, now, changed, off } = this.state;
    if (!before) return "";
    const { layers } = this.network;
    return tellChange({ before: before.data, now: now.data, changed, off, layers });
  }

  /**
   * Say what is new; nothing when the page has only just begun.
   * @param {string} sentence
   */
  tell(sentence) {
    if (this.told !== null && this.told !== sentence) this.heard.say(sentence);
    this.told = sentence;
  }

  /**
   * Show the chosen value and its path, in the maps of all layers.
   * @returns {string[]} What is said of it.
   */
  showValue() {
    const { cell, state } = this;
    const { layers } = this.network;
    const own = this.layerOf(cell);
    const offHere = (/** @type {string} */ name) => this.off[reluOf(layers, name)] ?? NONE;
    const { trace, sentences } = this.looked.show(cell, state, {
      scale: own.scaleOf(state.outputs[cell.layer]),
      filterOff: offHere(cell.layer).has(cell.filter),
    });
    this.received.frame("field", trace.reads.image.patch, "sky");
    for (const one of this.layers) {
      const { name } = one.layer;
      const readers = trace.readers[name];
      one.show({
        maps: state.outputs[name],
        off: offHere(name),
        chosen: one === own ? cell.filter : null,
        field: one === own ? placeOf(cell) : trace.reads[name] ?? readers ?? null,
        colour: readers ? "orange" : "sky",
      });
    }
    return sentences;
  }

  /**
   * @param {Cell} cell
   * @returns {LayerOfMaps}
   */
  layerOf(cell) {
    return this.layers.find(({ layer }) => layer.name === cell.layer) ?? this.layers[0];
  }

  /**
   * Look at another map, at its largest value.
   * @param {string} layer
   * @param {number} filter
   */
  chooseMap(layer, filter) {
    const sentences = this.moveTo(brightest(this.state.outputs, layer, filter));
    this.heard.say(`Map ${filter}. ${sentences.join(" ")}`);
  }

  /**
   * Look at a value; the large map moves to its layer, and what is pressed stays in place.
   * @param {Cell} cell
   * @returns {string[]} What is said of it.
   */
  moveTo(cell) {
    this.cell = cell;
    const own = this.layerOf(cell);
    const pressed = document.activeElement;
    const before = pressed?.getBoundingClientRect().top ?? 0;
    if (!own.large.contains(this.looked.element)) {
      own.large.append(this.looked.element);
    }
    const sentences = this.showValue();
    const moved = (pressed?.getBoundingClientRect().top ?? 0) - before;
    if (moved && own.element.contains(pressed)) window.scrollBy(0, moved);
    return sentences;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  chooseValue(row, column) {
    this.heard.say(this.moveTo({ ...this.cell, row, column }).join(" "));
  }

  /** Switch the filter of the chosen map off, or on again. */
  toggle() {
    const { layer, filter } = this.cell;
    const name = reluOf(this.network.layers, layer);
    const filters = new Set(this.off[name]);
    if (!filters.delete(filter)) filters.add(filter);
    this.off = { ...this.off, [name]: filters };
    this.update();
    this.count();
  }

  allOn() {
    this.off = {};
    this.update();
    this.count();
  }

  /** Count what the filters that are off cost, over the test digits. */
  async count() {
    this.counting.abort();
    const lacking = filtersInWords(this.network.layers, this.off);
    this.filters.hidden = !lacking;
    if (!lacking) return;
    this.counting = new AbortController();
    const { signal } = this.counting;
    const total = this.digits.labels.data.length;
    this.counted.textContent = `Reading the ${total} test digits without ${lacking}.`;
    this.all ??= countRight(this.network, this.digits, {});
    const rest = await countRight(this.network, this.digits, this.off, signal);
    const all = await this.all;
    if (rest === null || all === null || signal.aborted) return;
    const sentence = tellCount({ total, all, rest, lacking });
    this.counted.textContent = sentence;
    this.heard.say(sentence);
  }
}

/**
 * @param {Cell} cell
 * @returns {import("./tracing.js").Field}
 */
function placeOf({ row, column, filter }) {
  return { patch: { row, column, height: 1, width: 1 }, filter };
}
