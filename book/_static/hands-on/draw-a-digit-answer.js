/** The answer of the network: a sentence, and a bar for each digit. */

import { make } from "./elements.js";
import { digitRead, probabilityInWords, tellAnswer } from "./draw-a-digit-words.js";

/** @typedef {ArrayLike<number>} Probabilities */

export class Answer {
  constructor() {
    this.read = make("p", { class: "read" });
    this.change = make("p", { class: "change" });
    this.bars = make("ul", { class: "bars", "aria-label": "Probability of each digit" });
    this.key = make("p", { class: "key" }, "Outlined: as drawn, with all filters.");
    this.element = make("div", { class: "answer" }, this.bars, this.key, this.change);
  }

  /**
   * Say why there is no answer.
   * @param {string} reason
   */
  showEmpty(reason) {
    this.read.textContent = reason;
    this.change.textContent = "";
    this.bars.hidden = true;
    this.key.hidden = true;
  }

  /**
   * Show probabilities, and those before where something is changed.
   * @param {Probabilities} now
   * @param {Probabilities|null} before
   * @param {string} change - In words.
   */
  show(now, before, change) {
    this.read.textContent = tellAnswer(now);
    this.change.textContent = change;
    this.bars.hidden = false;
    this.bars.classList.toggle("compared", before !== null);
    this.key.hidden = !before;
    const most = digitRead(now);
    const rows = Array.from(now, (share, digit) =>
      row(digit, share, before?.[digit], digit === most),
    );
    this.bars.replaceChildren(...rows);
  }
}

/**
 * @param {number} digit
 * @param {number} now
 * @param {number|undefined} before
 * @param {boolean} most - Whether no digit is more probable.
 * @returns {HTMLElement}
 */
function row(digit, now, before, most) {
  const bar = (/** @type {string} */ name, /** @type {number} */ share) =>
    make("span", { class: name, style: `width: ${100 * share}%` });
  const track = make("span", { class: "track", "aria-hidden": "true" }, bar("now", now));
  if (before !== undefined) track.append(bar("before", before));
  const number = make("span", { class: "number" }, probabilityInWords(now));
  if (before !== undefined) {
    const words = `, was ${probabilityInWords(before)}`;
    number.append(make("span", { class: "was" }, words));
  }
  return make(
    "li",
    { class: most ? "most" : null },
    make("span", { class: "digit" }, `${digit}`),
    track,
    number,
  );
}
