/** Put each piece in the place of its figure, when the reader comes near it. */

import { button, make } from "./elements.js";
import { Refusal, part } from "./files.js";

/** @typedef {import("./files.js").Part} Part */

/**
 * @typedef {object} Piece
 * @property {string[]} needs - The parts of the build's data that it shows.
 * @property {string} caption
 * @property {(place: HTMLElement, parts: Record<string, Part>) => void} start
 */

/** @type {Record<string, {load: () => Promise<Piece>, style: string}>} */
const PIECES = {
  "kernel-playground": {
    load: () => import("./kernel-playground.js"),
    style: "kernel-playground.css",
  },
  "size-explorer": { load: () => import("./size-explorer.js"), style: "size-explorer.css" },
  "watch-the-filters": {
    load: () => import("./watch-the-filters.js"),
    style: "watch-the-filters.css",
  },
  "watch-in-small": {
    load: () => import("./watch-in-small.js"),
    style: "watch-the-filters.css",
  },
  "trained-or-not": {
    load: () => import("./trained-or-not.js"),
    style: "trained-or-not.css",
  },
  "draw-a-digit": { load: () => import("./draw-a-digit.js"), style: "draw-a-digit.css" },
};

/** Wait for the reader to come near each place that a page has for a piece. */
function mount() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        bring(/** @type {HTMLElement} */ (target));
      }
    },
    { rootMargin: "600px" },
  );
  for (const cell of document.querySelectorAll(".cell.tag_hands-on")) near.observe(cell);
}

/**
 * Load the piece of a place, and what it needs; where that fails, say why.
 * @param {HTMLElement} cell - Of the notebook; it shows the figure.
 */
async function bring(cell) {
  const name = Object.keys(PIECES).find((one) => cell.classList.contains(`tag_${one}`));
  const figure = cell.querySelector("figure");
  if (!name || !figure) return;
  try {
    const [piece] = await Promise.all([PIECES[name].load(), dress(PIECES[name].style)]);
    const parts = Object.fromEntries(
      await Promise.all(piece.needs.map(async (one) => [one, await part(one)])),
    );
    show(name, piece, parts, figure);
  } catch (error) {
    const known = error instanceof Refusal;
    const why = known ? error.message : "This piece does not run in your browser.";
    trouble(figure, `${why} The figure above shows the same without it.`, () => bring(cell));
  }
}

/**
 * Load the style of a piece. Without it the piece is plain, but works.
 * @param {string} file
 * @returns {Promise<void>}
 */
function dress(file) {
  return new Promise((done) => {
    const href = new URL(file, import.meta.url).href;
    const loaded = { load: () => done(), error: () => done() };
    document.head.append(make("link", { rel: "stylesheet", href, ...loaded }));
  });
}

/**
 * Start a piece above the caption of its figure, and hide the still figure.
 * @param {string} name
 * @param {Piece} piece
 * @param {Record<string, Part>} parts
 * @param {HTMLElement} figure
 */
function show(name, piece, parts, figure) {
  const place = make("div", {
    class: `hands-on ${name}`,
    role: "group",
    "aria-label": piece.caption,
  });
  const began = performance.now();
  piece.start(place, parts); // before it stands in the page, so that it never shows half
  figure.querySelector(".hands-on-trouble")?.remove();
  figure.querySelector("figcaption")?.before(place);
  performance.measure(`hands-on ${name}`, { start: began });
  swapCaption(figure, place, piece.caption);
}

/**
 * Let the reader change between the piece and the still figure, each with its caption.
 * @param {HTMLElement} figure
 * @param {HTMLElement} place
 * @param {string} caption
 */
function swapCaption(figure, place, caption) {
  const words = figure.querySelector(".caption-text");
  const still = words ? [...words.childNodes] : [];
  let live = false;
  const change = () => {
    live = !live;
    place.hidden = !live;
    figure.classList.toggle("live", live);
    words?.replaceChildren(...(live ? [caption] : still));
    toggle.textContent = live ? "Show the still figure" : "Show the moving figure";
  };
  const toggle = button("", change, { class: "still-or-live" });
  figure.append(toggle);
  change();
}

/**
 * Say below a figure why its piece is missing, and offer to try again.
 * @param {HTMLElement} figure
 * @param {string} sentence
 * @param {() => void} again
 */
function trouble(figure, sentence, again) {
  figure.querySelector(".hands-on-trouble")?.remove();
  figure.append(
    make(
      "p",
      { class: "hands-on-trouble", role: "status" },
      `${sentence} `,
      button("Try again", again),
    ),
  );
}

mount();
