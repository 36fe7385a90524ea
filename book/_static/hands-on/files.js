/** Fetch what the build wrote for these pages, and believe it only if it is whole. */

import { tensor } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Tensor} Tensor */

/**
 * @typedef {object} Part
 * @property {Record<string, any>} facts - Names, numbers and lists.
 * @property {Record<string, Tensor>} arrays
 */

/**
 * @typedef {object} Head
 * @property {string} key - Of the build.
 * @property {number} bytes - Length of the binary file.
 * @property {Record<string, any>} facts
 * @property {Record<string, {type: "float32"|"uint8", shape: number[], start: number}>} arrays
 */

/** A sentence for the reader: why a piece cannot be shown. */
export class Refusal extends Error {}

/** @type {Map<string, Promise<Part>>} */
const fetched = new Map();

/**
 * Fetch a part once, however many pieces of the page need it.
 * @param {string} name - Such as "network".
 * @returns {Promise<Part>}
 */
export function part(name) {
  let found = fetched.get(name);
  if (!found) {
    found = fetchPart(name);
    fetched.set(name, found);
    found.catch(() => fetched.delete(name)); // the reader may try again
  }
  return found;
}

/**
 * @param {string} name
 * @returns {Promise<Part>}
 */
async function fetchPart(name) {
  const key = keyOfPage();
  const base = new URL(`data/${name}-${key}`, import.meta.url).href;
  const [head, body] = await Promise.all([
    ask(`${base}.json`, (answer) => answer.json()),
    ask(`${base}.bin`, (answer) => answer.arrayBuffer()),
  ]);
  return decode(head, body, key);
}

/**
 * Read the key of the build out of the page.
 * @returns {string}
 */
function keyOfPage() {
  const meta = document.querySelector('meta[name="hands-on-key"]');
  const key = meta?.getAttribute("content");
  if (!key) throw new Refusal("This page was built without data for this piece.");
  return key;
}

/**
 * @template Answer
 * @param {string} url
 * @param {(answer: Response) => Promise<Answer>} read
 * @returns {Promise<Answer>}
 */
async function ask(url, read) {
  let answer;
  try {
    answer = await fetch(url);
  } catch {
    throw new Refusal("The data of this piece could not be loaded. Are you offline?");
  }
  if (!answer.ok) {
    throw new Refusal(
      "The data of this piece is not there. The book may have been built anew: reload " +
        "the page.",
    );
  }
  try {
    return await read(answer);
  } catch {
    throw new Refusal("The data of this piece arrived damaged. Reload the page.");
  }
}

/**
 * Cut a binary file into arrays; refuse it if anything is missing.
 * @param {Head} head
 * @param {ArrayBuffer} body
 * @param {string} key - That the page expects.
 * @returns {Part}
 */
export function decode(head, body, key) {
  if (head.key !== key) {
    throw new Refusal("The data of this piece belongs to another build. Reload the page.");
  }
  if (body.byteLength !== head.bytes) {
    throw new Refusal(
      `The data of this piece is incomplete: ${body.byteLength} of ${head.bytes} bytes. ` +
        "Reload the page.",
    );
  }
  /** @type {Record<string, Tensor>} */
  const arrays = {};
  for (const [name, { type, shape, start }] of Object.entries(head.arrays)) {
    const count = shape.reduce((one, other) => one * other, 1);
    const Kind = type === "uint8" ? Uint8Array : Float32Array;
    arrays[name] = tensor(shape, new Kind(body, start, count));
  }
  return { facts: head.facts, arrays };
}
