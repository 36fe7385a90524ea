/** The slider and the buttons that move through a film of kernels. */

import { make, slider } from "./elements.js";
import { player } from "./player.js";
import { stepInWords } from "./watching.js";

const REST = 200; // milliseconds between two records

/**
 * @param {import("./watching.js").Film} film
 * @param {(at: number) => void} show - Draws a record; called at once for the first.
 * @param {(at: number) => void} tell - Says in words what is shown after a move.
 * @returns {{element: HTMLElement, go: (at: number) => void}} `go` stops what plays.
 */
export function controls(film, show, tell) {
  let now = 0;
  const move = (/** @type {number} */ at) => {
    now = Math.min(Math.max(at, 0), film.last);
    range.set(now);
    show(now);
    tell(now);
  };
  const go = (/** @type {number} */ at) => {
    playing.stop();
    move(at);
  };
  const range = slider({
    label: "Training",
    min: 0,
    max: film.last,
    value: now,
    words: (at) => stepInWords(film, at),
    input: go,
  });
  const playing = player({
    step: (by) => move(now + by),
    atEnd: () => now === film.last,
    restart: () => move(0),
    rest: REST,
  });
  const element = make("div", { class: "controls" }, range.element, playing.element);
  show(now);
  return { element, go };
}
