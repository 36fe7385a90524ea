/** How often a blind pick has each number of hits, as bars, with two scores below them. */

import { barsInWords, shortPercent } from "./guessing-words.js";
import { draw } from "./svg.js";

/** @typedef {import("./guessing-words.js").Score} Score */

const STEP = 34; // from bar to bar
const TOP = 18; // for the shares above the bars
const FOOT = TOP + 80; // of the bars
const ROW = 19; // of words

/**
 * Draw the bars. Those as good as the reader's score, or better, are filled.
 * @param {Score} score
 * @param {Record<string, string>} colours - Of the book, by name.
 * @returns {SVGSVGElement}
 */
export function luckBars(score, colours) {
  const { hits, byOrder, luck } = score;
  const width = STEP * luck.length;
  const height = FOOT + 3 * ROW + 3;
  const most = Math.max(...luck);
  const drawing = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  drawing.setAttribute("aria-label", barsInWords(score));
  luck.forEach((share, k) => {
    const tall = Math.max((share / most) * (FOOT - TOP), 1);
    drawing.append(
      draw("rect", {
        class: k < hits ? "luck" : "luck as-good",
        x: STEP * k + 5, y: FOOT - tall, width: STEP - 10, height: tall,
      }),
      words(shortPercent(share), middle(k), FOOT - tall - 5, "middle", "share"),
      words(`${k}`, middle(k), FOOT + ROW - 2, "middle"),
    );
  });
  drawing.append(
    draw("line", { class: "axis", x1: 0, x2: width, y1: FOOT + 0.5, y2: FOOT + 0.5 }),
    mark("you", hits, 0, score, "var(--pst-color-link)"),
    mark("Moran's I", byOrder, 1, score, colours.orange),
  );
  return drawing;
}

/**
 * @param {number} k
 * @returns {number} The middle of a bar.
 */
function middle(k) {
  return STEP * (k + 0.5);
}

/**
 * A triangle below a bar, with a name beside it, on the side that has room.
 * @param {string} name
 * @param {number} at - Hits.
 * @param {number} row
 * @param {Score} score
 * @param {string} colour
 * @returns {SVGElement}
 */
function mark(name, at, row, { luck }, colour) {
  const x = middle(at);
  const y = FOOT + (row + 1) * ROW + 6;
  const right = at < luck.length / 2;
  const group = draw("g", { class: "mark", "data-at": at });
  const points = `${x},${y} ${x - 6},${y + 11} ${x + 6},${y + 11}`;
  const triangle = draw("polygon", { points });
  triangle.style.fill = colour;
  const beside = words(name, x + (right ? 11 : -11), y + 11, right ? "start" : "end");
  group.append(triangle, beside);
  return group;
}

/**
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} anchor
 * @param {string} [kind]
 * @returns {SVGElement}
 */
function words(text, x, y, anchor, kind = "") {
  const element = draw("text", { x, y, "text-anchor": anchor, class: kind });
  element.textContent = text;
  return element;
}
