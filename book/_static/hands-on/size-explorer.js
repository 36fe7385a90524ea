/** Sliders for the numbers that decide how many places a kernel has, and these places. */

import { announcer, button, choice, make, slider } from "./elements.js";
import { layOut } from "./size-drawing.js";
import { writeFormula } from "./size-formula.js";
import { Places } from "./size-places.js";
import {
  speakFormula, tellNoPlace, tellPadding, tellPlace, tellReads, tellSetting, zerosOf,
} from "./size-words.js";

/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./size-formula.js").Numbers} Numbers */
/** @typedef {import("./size-drawing.js").Scene} Scene */

export const needs = ["looks"];
export const caption =
  "One line for every place that the kernel can take along a row of pixels. Change the " +
  "numbers, and choose a line to see which pixels that place multiplies.";

/** @type {Numbers & {padding: string}} */
const FIRST = { size: 8, kernel: 3, stride: 1, dilation: 1, padding: "valid" };

/** The panels of the still figure, by their titles. */
const EXAMPLES = {
  valid: FIRST,
  same: { ...FIRST, padding: "same" },
  "same, stride 2": { ...FIRST, padding: "same", stride: 2 },
  "valid, dilation 2": { ...FIRST, dilation: 2 },
};

/** @type {[keyof Numbers, string, number][]} Name, label and largest value. */
const SLIDERS = [
  ["size", "Pixels (n)", 32],
  ["kernel", "Weights (k)", 9],
  ["stride", "Stride (s)", 5],
  ["dilation", "Dilation (d)", 4],
];

/** @type {[string, string][]} */
const PADDINGS = [
  ["valid", "valid: no zeros"],
  ["same", "same"],
  ["1", "1 zero on each side"],
  ...[2, 3, 4].map((each) => /** @type {[string, string]} */ ([
    `${each}`,
    `${each} zeros on each side`,
  ])),
];

/** The controls, what they are set to, and what is shown of it. */
class Explorer {
  constructor() {
    this.now = { ...FIRST };
    this.place = 0;
    this.room = 600; // until the piece stands in the page
    this.places = new Places((place, byKey) => this.choose(place, !byKey));
    this.formula = make("div", { class: "formula" });
    this.trouble = make("p", { class: "trouble", role: "status" });
    this.words = make("div", { class: "words" });
    this.heard = announcer();
    this.examples = this.makeExamples();
    this.sliders = SLIDERS.map(([name, label, max]) => ({
      name,
      ...slider({ label, min: 1, max, value: this.now[name], input: (value) =>
        this.change({ [name]: value }) }),
    }));
    this.padding = choice({
      label: "Padding (p)",
      options: PADDINGS,
      value: this.now.padding,
      change: (padding) => this.change({ padding }),
    });
    this.steps = /** @type {const} */ ([[-1, "Previous place"], [1, "Next place"]]).map(
      ([by, text]) => ({ by, element: button(text, () => this.choose(this.place + by)) }),
    );
  }

  /** @returns {{example: typeof FIRST, element: HTMLButtonElement}[]} */
  makeExamples() {
    return Object.entries(EXAMPLES).map(([name, example]) => ({
      example,
      element: button(name, () => this.change(example), { pressed: false }),
    }));
  }

  /** @returns {HTMLElement[]} */
  elements() {
    const examples = this.examples.map(({ element }) => element);
    const steps = this.steps.map(({ element }) => element);
    const sliders = this.sliders.map(({ element }) => element);
    const group = { class: "buttons", role: "group", "aria-label": "Examples" };
    return [
      make("div", group, ...examples),
      make("div", { class: "controls" }, ...sliders),
      make("div", { class: "padding" }, this.padding.element, this.formula),
      this.places.element,
      make("div", { class: "buttons" }, ...steps),
      this.trouble,
      this.words,
      this.heard.element,
    ];
  }

  /**
   * Take over new settings, and show and tell what follows from them.
   * @param {Partial<typeof FIRST>} settings
   */
  change(settings) {
    Object.assign(this.now, settings);
    for (const { name, set } of this.sliders) set(this.now[name]);
    this.padding.set(this.now.padding);
    this.show();
    const { setting, zeros, counts, places } = this.scene();
    this.heard.say(places ? tellSetting(setting, zeros, this.now.padding, counts) : "");
  }

  /** @returns {Scene} */
  scene() {
    const { padding, ...setting } = this.now;
    return layOut(setting, zerosOf(setting, padding), this.room);
  }

  /** Show the settings. */
  show() {
    const scene = this.scene();
    const spoken = make("p", { class: "unseen" }, speakFormula(scene.setting, scene.zeros));
    this.formula.replaceChildren(writeFormula(this.now, scene.zeros), spoken);
    this.places.show(scene);
    this.place = Math.max(Math.min(this.place, scene.places - 1), 0);
    this.showPlace(scene);
    for (const { example, element } of this.examples) {
      const same = Object.entries(example).every(
        ([name, value]) => this.now[/** @type {keyof typeof FIRST} */ (name)] === value,
      );
      element.setAttribute("aria-pressed", `${same}`);
    }
  }

  /**
   * Choose a place; beyond the first and the last there is none.
   * @param {number} place
   * @param {boolean} [tell] - Not where a screen reader reads the chosen line out itself.
   */
  choose(place, tell = true) {
    const scene = this.scene();
    if (place < 0 || place >= scene.places) return;
    this.place = place;
    this.showPlace(scene);
    if (tell) this.heard.say(tellPlace(scene.setting, scene.zeros, place));
  }

  /**
   * Emphasise the chosen place, and say what is true of it and of all.
   * @param {Scene} scene
   */
  showPlace({ setting, zeros, counts, places }) {
    this.places.mark(this.place);
    for (const { by, element } of this.steps) {
      const next = this.place + by;
      element.setAttribute("aria-disabled", `${next < 0 || next >= places}`);
    }
    this.trouble.textContent = places ? "" : tellNoPlace(setting, zeros);
    const sentences = [
      places ? tellPlace(setting, zeros, this.place) : "",
      tellPadding(this.now.padding, zeros),
      places ? tellReads(counts) : "",
    ];
    this.words.replaceChildren(
      ...sentences.filter(Boolean).map((sentence) => make("p", {}, sentence)),
    );
  }
}

/**
 * Start the piece.
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, { looks }) {
  for (const colour of ["blue", "orange"]) {
    place.style.setProperty(`--${colour}`, looks.facts.colours[colour]);
  }
  const explorer = new Explorer();
  place.append(...explorer.elements());
  explorer.show();
  const { scroller } = explorer.places;
  new ResizeObserver(([{ contentRect }]) => {
    const room = Math.floor(contentRect.width);
    if (!room || room === explorer.room) return; // hidden, or already drawn so
    explorer.room = room;
    explorer.show();
  }).observe(scroller);
}
