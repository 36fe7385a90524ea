/** The formula of the number of places, as the page writes it, with numbers in it. */

import { signed } from "./elements.js";
import { formula } from "./size-words.js";

/** @typedef {Required<import("./sizes.js").Setting>} Numbers */
/** @typedef {import("./sizes.js").Zeros} Zeros */

const MATHS = "http://www.w3.org/1998/Math/MathML";

/**
 * Make an element of a formula.
 * @param {string} tag
 * @param {...(Node|string)} children
 * @returns {Element}
 */
function maths(tag, ...children) {
  const element = document.createElementNS(MATHS, tag);
  element.append(...children);
  return element;
}

/**
 * Write a bracket that does not grow with what it holds, or another sign.
 * @param {string} text
 * @returns {Element}
 */
function sign(text) {
  const written = maths("mo", text);
  if ("()".includes(text)) written.setAttribute("stretchy", "false");
  return written;
}

/**
 * Write a number with its letter below it, so that its slider is easy to find.
 * @param {number} value
 * @param {string} letter
 * @returns {Element}
 */
function lettered(value, letter) {
  return maths("munder", maths("mn", `${value}`), maths("mi", letter));
}

/**
 * Write what is divided by the stride: the pixels and zeros without those that one place
 * covers.
 * @param {Numbers} numbers
 * @param {Zeros} zeros
 * @returns {Element}
 */
function writeRoom({ size, kernel, dilation }, [before, after]) {
  return maths(
    "mrow",
    lettered(size, "n"),
    sign("+"),
    lettered(before + after, "p"),
    sign("\u2212"),
    lettered(dilation, "d"),
    sign("\u22c5"),
    sign("("),
    lettered(kernel, "k"),
    sign("\u2212"),
    maths("mn", "1"),
    sign(")"),
    sign("\u2212"),
    maths("mn", "1"),
  );
}

/**
 * Write the formula. Screen readers are told it in words instead.
 * @param {Numbers} numbers
 * @param {Zeros} zeros
 * @returns {Element}
 */
export function writeFormula(numbers, zeros) {
  const fraction = maths("mfrac", writeRoom(numbers, zeros), lettered(numbers.stride, "s"));
  const result = formula(numbers, zeros);
  const unit = maths("mtext", result === 1 ? "place" : "places");
  const written = maths(
    "math",
    maths("mrow", sign("\u230a"), fraction, sign("\u230b")),
    sign("+"),
    maths("mn", "1"),
    sign("="),
    maths("munder", maths("mn", signed(result, 0)), unit),
  );
  written.setAttribute("display", "block");
  written.setAttribute("aria-hidden", "true");
  return written;
}
