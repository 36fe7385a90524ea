/** A game: which eight of sixteen kernels are trained? */

import { announcer, button, freshId, make } from "./elements.js";
import { luckBars } from "./guessing-bars.js";
import {
  card, matrix, moveByKeys, reveal, rowsInWords, setChosen, weightTable,
} from "./guessing-kernels.js";
import {
  lacking, overall, progress, question, refusal, reminder, verdict, withGame,
} from "./guessing-words.js";
import {
  blindPick, chosenByOrder, firstMix, hitsOf, mixByLot, wanted,
} from "./guessing.js";
import { bar, signedScale } from "./painting.js";

/** @typedef {import("./files.js").Part} Part */
/** @typedef {import("./guessing.js").Mix} Mix */
/** @typedef {import("./guessing-kernels.js").Card} Card */
/** @typedef {import("./guessing-words.js").Tally} Tally */

export const needs = ["looks", "trained-or-not", "film"];
export const caption =
  "Sixteen kernels of the first layer, eight of them trained. Choose the eight that you " +
  "take for trained, then press Check. Each kernel is divided by the size of its weights, " +
  "so that size does not give it away.";

/**
 * @param {HTMLElement} place
 * @param {Record<string, Part>} parts
 */
export function start(place, parts) {
  new Game(place, parts);
}

class Game {
  /**
   * @param {HTMLElement} place
   * @param {Record<string, Part>} parts
   */
  constructor(place, parts) {
    this.parts = parts;
    this.mix = firstMix(parts["trained-or-not"]);
    this.scale = signedScale(parts.looks);
    /** @type {Card[]} */
    this.cards = [];
    /** @type {Set<number>} */
    this.chosen = new Set();
    this.checked = false;
    this.looked = 0;
    this.number = 0;
    /** @type {Tally} */
    this.tally = { games: 0, hits: 0, of: 0, byOrder: 0, blind: 0 };
    this.question = make("p", { class: "question", id: freshId() });
    this.progress = make("p", { class: "count" });
    this.reminder = make("p", { class: "reminder" });
    this.kernels = make("div", {
      class: "kernels",
      role: "group",
      "aria-labelledby": this.question.id,
    });
    this.legend = make("div", { class: "legend" });
    this.check = button("Check", () => this.press());
    this.trouble = make("p", { class: "trouble", role: "status" });
    this.result = make("div", { class: "result" });
    this.told = announcer();
    this.weights = this.disclosure();
    moveByKeys(this.kernels, () => this.cards.map((one) => one.button));
    place.append(...this.layOut());
    this.begin(this.mix);
  }

  /** @returns {HTMLElement[]} */
  layOut() {
    const another = button("Another game", () => this.another());
    return [
      make("div", { class: "top" }, this.question, this.progress),
      this.reminder,
      this.kernels,
      make("div", { class: "controls" }, this.check, another, this.weights.toggle),
      this.trouble,
      this.weights.element,
      this.result,
      this.legend,
      this.told.element,
    ];
  }

  /**
   * Show the kernels of a game, none of them chosen.
   * @param {Mix} mix
   */
  begin(mix) {
    this.mix = mix;
    this.number += 1;
    this.checked = false;
    this.chosen = new Set();
    this.scale = signedScale(this.parts.looks, ...mix.weights.map(matrix));
    this.cards = mix.weights.map((_, kernel) => this.cardOf(kernel));
    this.kernels.replaceChildren(...this.cards.map((one) => one.element));
    this.legend.replaceChildren(bar(this.scale, "weight (white is zero)"));
    this.reminder.textContent = reminder(this.number);
    this.question.textContent = question(this.number, wanted(mix), mix.weights.length);
    this.result.replaceChildren();
    this.look(0);
    this.update();
  }

  /**
   * @param {number} kernel
   * @returns {Card}
   */
  cardOf(kernel) {
    const { looks } = this.parts;
    const weights = this.mix.weights[kernel];
    const made = card(looks, kernel, weights, this.scale, () => this.choose(kernel));
    made.button.addEventListener("focus", () => this.look(kernel));
    return made;
  }

  /**
   * Choose a kernel, or give it back.
   * @param {number} kernel
   */
  choose(kernel) {
    this.look(kernel); // in some browsers a click does not move the focus
    if (this.checked) return this.refuse(over());
    const many = wanted(this.mix);
    const given = this.chosen.delete(kernel);
    if (!given && this.chosen.size === many) return this.refuse(refusal(many));
    if (!given) this.chosen.add(kernel);
    setChosen(this.cards[kernel], !given);
    this.update();
    this.told.say(progress(this.chosen.size, many));
  }

  /** Show how many kernels are chosen; what was refused before is past. */
  update() {
    const many = wanted(this.mix);
    this.refuse("");
    this.progress.textContent = progress(this.chosen.size, many);
    const ready = this.chosen.size === many && !this.checked;
    this.check.setAttribute("aria-disabled", `${!ready}`);
  }

  /** @param {string} why */
  refuse(why) {
    this.trouble.textContent = why;
  }

  /** Check the guess, if it is whole. */
  press() {
    const lacks = wanted(this.mix) - this.chosen.size;
    if (this.checked) return this.refuse(over());
    if (lacks > 0) return this.refuse(lacking(lacks));
    this.checked = true;
    this.update();
    const { trained, order } = this.mix;
    this.cards.forEach((one, k) =>
      reveal(one, { trained: trained[k], chosen: this.chosen.has(k), order: order[k] }),
    );
    this.showScore();
  }

  /** Show the score below the kernels, and read it out. */
  showScore() {
    const many = wanted(this.mix);
    const score = {
      hits: hitsOf(this.mix, this.chosen),
      of: many,
      byOrder: hitsOf(this.mix, chosenByOrder(this.mix)),
      luck: blindPick(this.mix.trained.length, many),
    };
    this.tally = withGame(this.tally, score);
    const sentences = verdict(score);
    if (this.tally.games > 1) sentences.push(overall(this.tally));
    const words = sentences.map((text) => make("p", {}, text));
    words[0].className = "score";
    this.result.replaceChildren(
      make("div", { class: "words" }, ...words),
      make(
        "div",
        { class: "luck-bars" },
        make("p", { class: "title" }, "Share of blind picks"),
        luckBars(score, this.parts.looks.facts.colours),
      ),
    );
    this.told.say(sentences.join(" "));
  }

  /** Mix the kernels anew. */
  another() {
    this.begin(mixByLot(this.parts.film.arrays.kernels));
    this.told.say(`${this.question.textContent} ${this.reminder.textContent}`);
  }

  /**
   * The weights of a kernel in numbers, for whoever asks for them.
   * @returns {{toggle: HTMLButtonElement, element: HTMLElement}}
   */
  disclosure() {
    const element = make("div", { class: "weights", id: freshId(), hidden: true });
    const toggle = button("Read the weights", () => {
      element.hidden = !element.hidden;
      toggle.setAttribute("aria-expanded", `${!element.hidden}`);
      this.look(this.looked);
    });
    toggle.setAttribute("aria-expanded", "false");
    toggle.setAttribute("aria-controls", element.id);
    return { toggle, element };
  }

  /**
   * Look at one kernel's weights. While they are shown, they also describe the buttons.
   * @param {number} kernel
   */
  look(kernel) {
    this.looked = kernel;
    const { weights } = this.mix;
    const shown = !this.weights.element.hidden;
    this.cards.forEach(({ rows }, k) => {
      rows.textContent = shown ? rowsInWords(weights[k]) : "";
    });
    if (!shown) return;
    this.weights.element.replaceChildren(weightTable(kernel, weights[kernel], this.scale));
  }
}

/** @returns {string} Why nothing can be chosen any more. */
function over() {
  return "This game is over. Press \u201cAnother game\u201d for other kernels.";
}
