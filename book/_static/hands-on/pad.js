/** A pad to draw on with a finger, a pen, a mouse or keys. */

import { tensor } from "./arithmetic.js";
import { announcer, freshId, make } from "./elements.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */
/** @typedef {[number, number]} Point - Across and down, in pixels of the pad. */

const KEYS = "With keys: arrows move the pen, Space lowers and lifts it, Delete clears.";
const STEPS = 28; // of the keyboard's pen along a side
/** Across and down, by key. @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Make a pad.
 * @param {{label: string, size?: number, changed: () => void}} given - `size` is the
 *   number of pixels along a side; `changed` is called once for all that changed in a
 *   frame.
 * @returns {Pad}
 */
export function pad(given) {
  return new Pad(given);
}

class Pad {
  /** @param {{label: string, size?: number, changed: () => void}} given */
  constructor({ label, size = 280, changed }) {
    this.size = size;
    this.changed = changed;
    this.frame = 0; // the one asked for, to call `changed`
    /** Where the pen stands; that of the keyboard is lifted at first. @type {Point} */
    this.at = [size / 2, size / 2];
    this.down = false;
    /** The pointer that draws now. @type {number|null} */
    this.pointer = null;
    this.told = announcer();
    const keys = make("p", { class: "keys unseen", id: freshId() }, KEYS);
    this.canvas = make("canvas", {
      width: size,
      height: size,
      tabindex: 0,
      role: "application",
      "aria-roledescription": "drawing pad",
      "aria-label": label,
      "aria-describedby": keys.id,
    });
    this.pen = make("div", { class: "pen", "aria-hidden": "true" });
    const paper = make("div", { class: "paper" }, this.canvas, this.pen);
    this.element = make("div", { class: "pad" }, paper, keys, this.told.element);
    this.paper = this.begin();
    this.listen();
    this.keys = keys;
    this.wipe();
    this.movePen();
  }

  /** @returns {CanvasRenderingContext2D} A round white pen. */
  begin() {
    const paper = this.canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (!paper) throw new Error("the browser cannot draw");
    Object.assign(paper, { lineCap: "round", lineJoin: "round", strokeStyle: "white" });
    paper.lineWidth = widthOfPen(this.size);
    return paper;
  }

  /** Draw with pointers and keys. */
  listen() {
    const { canvas } = this;
    canvas.style.touchAction = "none"; // a finger draws, and does not scroll
    canvas.addEventListener("pointerdown", (event) => this.lower(event));
    canvas.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, () => void (this.pointer = null));
    }
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("focus", () => this.showKeys(canvas.matches(":focus-visible")));
    canvas.addEventListener("blur", () => this.showKeys(false));
  }

  /** Remove all ink. */
  clear() {
    this.wipe();
    this.told.say("The pad is empty.");
    this.tell();
  }

  /**
   * Read the ink.
   * @returns {Tensor} Shape [size, size], black is 0, white is 1.
   */
  ink() {
    const { data } = this.paper.getImageData(0, 0, this.size, this.size);
    const ink = tensor([this.size, this.size]);
    for (let k = 0; k < ink.data.length; k++) ink.data[k] = data[4 * k] / 255;
    return ink;
  }

  /**
   * Show an image instead of what was drawn, each pixel as a square.
   * @param {Tensor} image - Shape [28, 28], black is 0, white is 1.
   */
  setImage({ shape: [height, width], data }) {
    const small = make("canvas", { width, height });
    const paper = small.getContext("2d");
    const pixels = new ImageData(width, height);
    data.forEach((value, k) => {
      const grey = Math.round(255 * value);
      pixels.data.set([grey, grey, grey, 255], 4 * k);
    });
    paper?.putImageData(pixels, 0, 0);
    this.paper.imageSmoothingEnabled = false;
    this.paper.drawImage(small, 0, 0, this.size, this.size);
    this.tell();
  }

  /** Call `changed`, once in a frame. */
  tell() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.changed();
    });
  }

  wipe() {
    this.paper.fillStyle = "black";
    this.paper.fillRect(0, 0, this.size, this.size);
  }

  /**
   * Draw a straight line, or a dot.
   * @param {Point} from
   * @param {Point} to
   */
  line(from, to) {
    this.paper.beginPath();
    this.paper.moveTo(...from);
    this.paper.lineTo(...to);
    this.paper.stroke();
    this.tell();
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  pointOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.size,
      ((event.clientY - box.top) / box.height) * this.size,
    ];
  }

  /** @param {PointerEvent} event */
  lower(event) {
    if (event.button !== 0 || this.pointer !== null) return; // a second finger
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.pointOf(event);
    this.down = false;
    this.line(this.at, this.at);
    this.movePen();
  }

  /** @param {PointerEvent} event */
  follow(event) {
    if (event.pointerId !== this.pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) {
      const to = this.pointOf(one);
      this.line(this.at, to);
      this.at = to;
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const clears = event.key === "Delete" || event.key === "Backspace";
    const way = ARROWS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!way && !clears && event.key !== " ") return;
    event.preventDefault();
    this.showKeys(true);
    if (way) this.step(way);
    else if (clears) this.clear();
    else this.lowerOrLift();
  }

  /**
   * Move the pen by a step; it draws where it is lowered.
   * @param {Point} way
   */
  step(way) {
    const move = (/** @type {number} */ axis) =>
      Math.min(Math.max(this.at[axis] + way[axis] * (this.size / STEPS), 0), this.size);
    /** @type {Point} */
    const to = [move(0), move(1)];
    if (this.down) this.line(this.at, to);
    this.at = to;
    this.movePen();
    this.told.say(this.whereInWords());
  }

  lowerOrLift() {
    this.down = !this.down;
    if (this.down) this.line(this.at, this.at);
    this.movePen();
    this.told.say(this.whereInWords());
  }

  /** @returns {string} */
  whereInWords() {
    const [across, down] = this.at.map((k) => Math.round((k / this.size) * 100));
    const how = this.down ? "lowered" : "lifted";
    return `Pen ${how}, ${across} percent across, ${down} percent down.`;
  }

  /** Show the pen of the keyboard where it stands. */
  movePen() {
    const [across, down] = this.at.map((k) => `${(k / this.size) * 100}%`);
    Object.assign(this.pen.style, { left: across, top: down });
    this.pen.classList.toggle("lowered", this.down);
  }

  /** @param {boolean} shown - The pen, and which keys move it. */
  showKeys(shown) {
    this.element.classList.toggle("by-keys", shown);
    this.keys.classList.toggle("unseen", !shown);
  }
}

/**
 * A pen whose strokes are as wide as MNIST's where a digit fills three quarters of the pad.
 * @param {number} size - Of the pad.
 * @returns {number}
 */
function widthOfPen(size) {
  return size / 13;
}
