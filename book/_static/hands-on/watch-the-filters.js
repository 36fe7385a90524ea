/** The film of a training: the kernels, what they make of a 7, the loss and the order. */

import { curve } from "./curves.js";
import { announcer, make, signed } from "./elements.js";
import { Panel, bar, brightness, signedScale } from "./painting.js";
import { controls } from "./watch-controls.js";
import {
  inWords, lossInWords, mapsOf, openFilm, reachInWords, shot, stretched,
} from "./watching.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./painting.js").Scale} Scale */
/** @typedef {import("./watching.js").Film} Film */

export const needs = ["looks", "film"];
export const caption =
  "Move the slider, or click on a curve, to see the kernels at another step of the " +
  "training, each with the map that it makes of the 7. Below, on an axis that is " +
  "stretched, the mean loss of the latest batches, and Moran's I averaged over all " +
  "kernels.";

/**
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, { looks, film: part }) {
  const film = openFilm(part);
  const maps = mapsOf(film, part.arrays.seven);
  const weight = signedScale(looks, film.kernels);
  const value = signedScale(looks, maps);
  const kernels = row(looks, film, "Kernel", film.kernels, weight);
  const answers = row(looks, film, "Map of kernel", maps, value);
  const told = announcer();
  const curves = twoCurves(looks, film, (at) => moves.go(at));
  const show = (/** @type {number} */ at) => {
    for (const one of [kernels, answers, curves]) one.show(at);
  };
  const moves = controls(film, show, (at) => told.say(inWords(film, at)));
  place.append(
    moves.element,
    pairs(film, kernels.panels, answers.panels),
    legend(looks, film, part.arrays.seven, weight, value),
    curves.element,
    told.element,
  );
}

/**
 * A panel for each filter, all on one scale; that of the kernel the book follows framed.
 * @param {Part} looks
 * @param {Film} film
 * @param {string} name - What a panel shows.
 * @param {Tensor} stack - The kernels of the film, or their maps.
 * @param {Scale} scale
 * @returns {{panels: Panel[], show: (at: number) => void}}
 */
export function row(looks, film, name, stack, scale) {
  const panels = Array.from({ length: film.filters }, () => new Panel(looks));
  const show = (/** @type {number} */ at) =>
    panels.forEach((panel, k) => {
      const values = shot(film, stack, at, k);
      panel.show(values, scale, `${name} ${k}: ${reachInWords(values)}`);
    });
  const [height, width] = stack.shape;
  panels[film.running]?.frame("mark", { row: 0, column: 0, height, width });
  return { panels, show };
}

/**
 * Lay the panels out, those of one filter together below its number.
 * @param {Film} film
 * @param {...Panel[]} rows
 * @returns {HTMLElement}
 */
export function pairs(film, ...rows) {
  const items = Array.from({ length: film.filters }, (_, k) =>
    make(
      "div",
      { class: k === film.running ? "pair followed" : "pair", role: "listitem" },
      make("div", { class: "number", "aria-hidden": "true" }, `${k}`),
      ...rows.map((panels) => panels[k].element),
    ),
  );
  return make("div", { class: "pairs", role: "list", "aria-label": "Kernels" }, ...items);
}

/**
 * Say which kernel is framed.
 * @param {Film} film
 * @returns {HTMLElement}
 */
export function framed({ running }) {
  return make("p", {}, `Framed: kernel ${running}, which this book follows.`);
}

/**
 * What the colours mean, the image that the maps are of, and which kernel is framed.
 * @param {Part} looks
 * @param {Film} film
 * @param {Tensor} seven
 * @param {Scale} weight
 * @param {Scale} value
 * @returns {HTMLElement}
 */
function legend(looks, film, seven, weight, value) {
  const image = new Panel(looks, { title: "image" });
  image.show(seven, { ...brightness(looks), high: 255 }, "The image: a 7");
  return make(
    "div",
    { class: "legend" },
    image.element,
    bar(weight, "weight of a kernel"),
    bar(value, "value of a map, before bias and ReLU"),
    framed(film),
  );
}

/**
 * The loss and the order over the steps.
 * @param {Part} looks
 * @param {Film} film
 * @param {(at: number) => void} pick
 * @returns {{element: HTMLElement, show: (at: number) => void}}
 */
function twoCurves(looks, film, pick) {
  const { blue, orange } = looks.facts.colours;
  const common = { steps: film.steps, shares: stretched(film.steps), pick };
  const loss = curve({ name: "Loss", values: film.losses, colour: blue, ...common });
  const order = curve({ name: "Moran's I", values: film.order, colour: orange, ...common });
  const show = (/** @type {number} */ at) => {
    loss.show(at, lossInWords(film, at));
    order.show(at, signed(film.order[at]));
  };
  const element = make("div", { class: "curves" }, loss.element, order.element);
  return { element, show };
}
