import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal, decode } from "../../book/_static/hands-on/files.js";

/** @type {import("../../book/_static/hands-on/files.js").Head} */
const head = {
  key: "abc",
  bytes: 12,
  facts: { running: 3 },
  arrays: {
    small: { type: "uint8", shape: [3], start: 0 },
    weights: { type: "float32", shape: [1, 2], start: 4 },
  },
};
const body = new ArrayBuffer(12);
new Uint8Array(body).set([1, 2, 255]);
new Float32Array(body, 4).set([0.5, -1]);

test("a file is cut into its arrays", () => {
  const found = decode(head, body, "abc");
  assert.deepEqual([...found.arrays.small.data], [1, 2, 255]);
  assert.deepEqual([...found.arrays.weights.data], [0.5, -1]);
  assert.deepEqual(found.arrays.weights.shape, [1, 2]);
  assert.equal(found.facts.running, 3);
});

test("a file that is cut short is refused", () => {
  assert.throws(() => decode(head, body.slice(0, 8), "abc"), (/** @type {Error} */ error) => {
    assert.ok(error instanceof Refusal);
    assert.match(error.message, /8 of 12 bytes/);
    return true;
  });
});

test("data of another build is refused", () => {
  assert.throws(() => decode(head, body, "abd"), /another build/);
});
