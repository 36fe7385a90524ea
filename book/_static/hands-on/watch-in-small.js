/** The kernels of the network at each step of its training. */

import { announcer, make } from "./elements.js";
import { bar, signedScale } from "./painting.js";
import { controls } from "./watch-controls.js";
import { framed, pairs, row } from "./watch-the-filters.js";
import { openFilm, stepInWords } from "./watching.js";

/** @typedef {import("./files.js").Part} Part */

export const needs = ["looks", "film"];
export const caption =
  "The kernels of the first layer. Move the slider, or press Play, to see how training " +
  "changes them; all share one scale, on which white is zero.";

/**
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, { looks, film: part }) {
  const film = openFilm(part);
  const weight = signedScale(looks, film.kernels);
  const kernels = row(looks, film, "Kernel", film.kernels, weight);
  const told = announcer();
  const tell = (/** @type {number} */ at) =>
    told.say(stepInWords(film, at).replace("step", "Step"));
  const moves = controls(film, kernels.show, tell);
  const legend = make("div", { class: "legend" }, bar(weight, "weight"), framed(film));
  place.append(moves.element, pairs(film, kernels.panels), legend, told.element);
}
