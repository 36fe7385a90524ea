/** The list of a kernel's places below the pixels, of which one is chosen. */

import { make } from "./elements.js";
import { GUTTER, drawKey, drawPixels, drawPlace, drawReads } from "./size-drawing.js";

/** @typedef {import("./size-drawing.js").Scene} Scene */

const MARGIN = 4; // kept beside the last dot

/** A row of pixels, and the places below it, of which one is chosen. */
export class Places {
  /** @param {(place: number, byKey: boolean) => void} choose */
  constructor(choose) {
    this.list = make("div", {
      role: "listbox",
      class: "chooses",
      tabindex: 0,
      "aria-label": "Places of the kernel",
    });
    this.scroller = make("div", { class: "scroller" });
    this.key = make("div", { class: "key" });
    this.element = make("div", {}, this.scroller, this.key);
    this.chosen = 0;
    this.list.addEventListener("keydown", (event) => this.press(event, choose));
    this.list.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest('[role="option"]');
      if (row) choose([...this.list.children].indexOf(row), false);
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {(place: number, byKey: boolean) => void} choose
   */
  press(event, choose) {
    const last = this.list.children.length - 1;
    /** @type {Record<string, number>} */
    const to = {
      ArrowUp: this.chosen - 1,
      ArrowLeft: this.chosen - 1,
      ArrowDown: this.chosen + 1,
      ArrowRight: this.chosen + 1,
      Home: 0,
      End: last,
    };
    if (to[event.key] === undefined) return;
    event.preventDefault();
    choose(Math.min(Math.max(to[event.key], 0), last), true);
  }

  /**
   * Draw anew.
   * @param {Scene} scene
   */
  show(scene) {
    const all = Array.from({ length: scene.places }, (_, place) => place);
    const rows = all.map((place) => drawPlace(scene, place));
    this.list.replaceChildren(...rows);
    this.list.style.width = `${scene.width}px`;
    const parts = scene.places ? [this.list, drawReads(scene)] : [];
    const hadFocus = document.activeElement === this.list;
    this.scroller.replaceChildren(drawPixels(scene), ...parts);
    if (hadFocus) this.list.focus();
    this.key.replaceChildren(...drawKey(scene));
  }

  /**
   * Emphasise one place, and what it multiplies.
   * @param {number} place
   */
  mark(place) {
    this.chosen = place;
    const rows = /** @type {HTMLElement[]} */ ([...this.list.children]);
    rows.forEach((row, k) => row.setAttribute("aria-selected", `${k === place}`));
    const row = rows[place];
    const pixels = new Set(row?.dataset.pixels?.split(" "));
    for (const one of this.scroller.querySelectorAll(".pixels g")) {
      one.classList.toggle("multiplied", pixels.has(one.getAttribute("data-pixel") ?? ""));
    }
    if (!row) return this.list.removeAttribute("aria-activedescendant");
    this.list.setAttribute("aria-activedescendant", row.id);
    this.bringIntoView(row);
  }

  /**
   * Scroll the drawing, and not the page, until a line is seen between the two rows that
   * stay where they are.
   * @param {HTMLElement} row
   */
  bringIntoView(row) {
    const inner = this.scroller.getBoundingClientRect();
    const [top, bottom] = [".pixels", ".reads"].map(
      (part) => this.scroller.querySelector(part)?.getBoundingClientRect().height ?? 0,
    );
    const line = row.getBoundingClientRect();
    const above = inner.top + top - line.top;
    const below = line.bottom - (inner.top + this.scroller.clientHeight - bottom);
    if (above > 0) this.scroller.scrollTop -= above;
    else if (below > 0) this.scroller.scrollTop += below;
    this.bringDotsIntoView(row);
  }

  /**
   * Scroll sideways, where the drawing is wider than the screen.
   * @param {HTMLElement} row
   */
  bringDotsIntoView(row) {
    const circles = [...row.querySelectorAll("circle")];
    const dots = circles.map((dot) => dot.getBoundingClientRect());
    const edge = this.scroller.getBoundingClientRect().left;
    const before = edge - dots[0].left;
    const after = dots[dots.length - 1].right - edge - this.scroller.clientWidth;
    if (before > 0) this.scroller.scrollLeft -= before + GUTTER;
    else if (after > 0) this.scroller.scrollLeft += Math.min(after, -before) + MARGIN;
  }
}
