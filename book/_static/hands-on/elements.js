/** Elements of a page, and the controls that all pieces share. */

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} given - Attributes; functions become listeners, by the name
 *   of their event; what is false, null or undefined is left out.
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, `${value}`);
  }
  element.append(...children);
  return element;
}

let made = 0;

/**
 * Make an id that no other element has.
 * @returns {string}
 */
export function freshId() {
  made += 1;
  return `hands-on-${made}`;
}

/**
 * A button. Where `pressed` is given it is one that stays pressed or not.
 * @param {string} text
 * @param {(event: Event) => void} press
 * @param {{pressed?: boolean, label?: string, class?: string}} [given]
 * @returns {HTMLButtonElement}
 */
export function button(text, press, given = {}) {
  return make(
    "button",
    {
      type: "button",
      class: given.class,
      "aria-label": given.label,
      "aria-pressed": given.pressed === undefined ? null : `${given.pressed}`,
      click: press,
    },
    text,
  );
}

/**
 * A slider with its name and its value in words.
 * @param {{label: string, min: number, max: number, step?: number, value: number,
 *   words?: (value: number) => string, input: (value: number) => void}} given
 * @returns {{element: HTMLElement, set: (value: number) => void}} `set` moves it without
 *   calling `input`.
 */
export function slider({ label, min, max, step = 1, value, words = String, input }) {
  const id = freshId();
  // the slider itself says its value: not twice
  const shown = make("output", { for: id, "aria-live": "off" });
  const range = make("input", { id, type: "range", min, max, step });
  const set = (/** @type {number} */ now) => {
    range.value = `${now}`;
    shown.textContent = words(now);
    range.setAttribute("aria-valuetext", words(now));
  };
  set(value);
  range.addEventListener("input", () => {
    set(Number(range.value));
    input(Number(range.value));
  });
  const name = make("label", { for: id }, label);
  return { element: make("div", { class: "slider" }, name, range, shown), set };
}

/**
 * A list of which one is chosen.
 * @param {{label: string, options: [string, string][], value: string,
 *   change: (value: string) => void}} given - Options are pairs of value and text.
 * @returns {{element: HTMLElement, set: (value: string) => void}} `set` chooses without
 *   calling `change`.
 */
export function choice({ label, options, value, change }) {
  const id = freshId();
  const list = make(
    "select",
    { id, change: () => change(list.value) },
    ...options.map(([key, text]) => make("option", { value: key }, text)),
  );
  list.value = value;
  const element = make("div", { class: "choice" }, make("label", { for: id }, label), list);
  return { element, set: (/** @type {string} */ key) => void (list.value = key) };
}

/**
 * A line that screen readers read out politely, once nothing has changed for a while.
 * @param {boolean} [shown] - Whether the line is visible as well.
 * @returns {{element: HTMLElement, say: (text: string) => void}}
 */
export function announcer(shown = false) {
  const element = make("p", { class: shown ? "told" : "told unseen", role: "status" });
  let waiting = 0;
  const say = (/** @type {string} */ text) => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      if (element.textContent !== text) element.textContent = text;
    }, 250);
  };
  return { element, say };
}

/**
 * Let a place in a grid be chosen by mouse, finger and arrow keys.
 * @param {HTMLElement} element - Over which the grid is drawn, as large as it.
 * @param {{label: string, size: () => [number, number], at: () => [number, number],
 *   move: (row: number, column: number) => void}} given - `size` tells how many rows and
 *   columns there are, `at` which place is chosen now.
 */
export function chooseInGrid(element, { label, size, at, move }) {
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-roledescription", "grid");
  element.setAttribute("aria-label", label);
  element.classList.add("chooses");
  const clip = (/** @type {number} */ row, /** @type {number} */ column) => {
    const [rows, columns] = size();
    const inside = (/** @type {number} */ k, /** @type {number} */ count) =>
      Math.min(Math.max(k, 0), count - 1);
    move(inside(row, rows), inside(column, columns));
  };
  element.addEventListener("keydown", (event) => {
    const [row, column] = at();
    const [rows, columns] = size();
    /** @type {Record<string, [number, number]>} */
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [rows - 1, columns - 1] : [row, columns - 1],
    };
    if (!to[event.key]) return;
    event.preventDefault();
    clip(...to[event.key]);
  });
  const point = (/** @type {PointerEvent} */ event) => {
    const box = element.getBoundingClientRect();
    const [rows, columns] = size();
    clip(
      Math.floor(((event.clientY - box.top) / box.height) * rows),
      Math.floor(((event.clientX - box.left) / box.width) * columns),
    );
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    point(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) point(event);
  });
}

/**
 * Write a number as the book's figures do: two digits after the point, a true minus sign.
 * @param {number} value
 * @param {number} [digits] - After the point.
 * @returns {string}
 */
export function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}
