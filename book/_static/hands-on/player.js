/** Buttons that play and step. */

import { button, make } from "./elements.js";

/**
 * Whether the reader's system asks for less motion.
 * @returns {boolean}
 */
function lessMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Buttons that play and step through something. Nothing plays by itself; where the
 * reader's system asks for less motion there is no button to play.
 * @param {{step: (by: number) => void, atEnd: () => boolean, restart: () => void,
 *   rest?: number}} given - `step` moves by 1 or -1; `restart` goes back to the beginning;
 *   `rest` is the time between steps, in milliseconds.
 * @returns {{element: HTMLElement, stop: () => void}}
 */
export function player({ step, atEnd, restart, rest = 120 }) {
  let timer = 0;
  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const forward = () => {
    step(1);
    if (atEnd()) stop();
  };
  const start = () => {
    if (atEnd()) restart();
    play.textContent = "Pause";
    timer = window.setInterval(forward, rest);
  };
  const play = button("Play", () => (timer ? stop() : start()));
  const by = (/** @type {number} */ way) => () => {
    stop();
    step(way);
  };
  const element = make(
    "div",
    { class: "player", role: "group", "aria-label": "Play" },
    ...(lessMotion() ? [] : [play]),
    button("Step back", by(-1)),
    button("Step", by(1)),
  );
  return { element, stop };
}
