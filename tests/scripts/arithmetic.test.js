import assert from "node:assert/strict";
import { test } from "node:test";
import * as arithmetic from "../../book/_static/hands-on/arithmetic.js";
import { layers } from "./layers.js";

const { addBias, crossCorrelate, dense, maxPool, relu, runNetwork, slice, softmax, tensor } =
  arithmetic;

/** @param {arithmetic.Tensor} found */
const values = (found) => [...found.data];

const image = tensor([3, 3, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
const kernel = tensor([2, 2, 1, 1], [0, 1, 2, 3]);

test("a kernel is slid without being turned", () => {
  assert.deepEqual(values(crossCorrelate(image, kernel)), [19, 25, 37, 43]);
});

test("padding same puts the odd zero after", () => {
  const found = crossCorrelate(image, kernel, { padding: "same" });
  assert.deepEqual(found.shape, [3, 3, 1]);
  assert.deepEqual(values(found), [19, 25, 10, 37, 43, 16, 7, 8, 0]);
});

test("a stride leaves out places, a dilation leaves out pixels", () => {
  assert.deepEqual(values(crossCorrelate(image, kernel, { stride: 2 })), [19]);
  const spread = crossCorrelate(image, kernel, { dilation: 2 });
  assert.deepEqual(values(spread), [1 * 2 + 2 * 6 + 3 * 8]);
});

test("a kernel larger than the image has no place", () => {
  const wide = tensor([5, 5, 1, 1]);
  assert.deepEqual(crossCorrelate(image, wide).shape, [0, 0, 1]);
});

test("a filter adds up over channels, and several filters stay apart", () => {
  const two = tensor([1, 1, 2], [2, 3]);
  const filters = tensor([1, 1, 2, 2], [1, 10, 100, 1000]);
  assert.deepEqual(values(crossCorrelate(two, filters)), [302, 3020]);
});

test("another number of channels is refused", () => {
  assert.throws(() => crossCorrelate(image, tensor([1, 1, 2, 1])), /expected 1 channels/);
});

test("bias, ReLU and pooling", () => {
  const maps = tensor([2, 2, 2], [1, -1, 2, -2, 3, -3, 4, -4]);
  assert.deepEqual(values(addBias(maps, tensor([2], [1, 2]))), [2, 1, 3, 0, 4, -1, 5, -2]);
  assert.deepEqual(values(relu(maps)), [1, 0, 2, 0, 3, 0, 4, 0]);
  assert.deepEqual(values(maxPool(maps, 2)), [4, -1]);
  assert.deepEqual(values(slice(maps, 1)), [-1, -2, -3, -4]);
});

test("pooling drops what is left over", () => {
  assert.deepEqual(values(maxPool(image, 2)), [4]);
});

test("softmax adds up to one, and does not overflow", () => {
  const found = softmax(tensor([3], [1000, 1000, -1000]));
  assert.deepEqual(values(found), [0.5, 0.5, 0]);
});

test("a dense layer has a column of weights for each unit", () => {
  const found = dense(tensor([2], [1, 2]), tensor([2, 2], [1, 2, 3, 4]), tensor([2], [5, 6]));
  assert.deepEqual(values(found), [12, 16]);
  assert.throws(() => dense(tensor([3]), tensor([2, 2]), tensor([2])), /expected 2, got 3/);
});

test("a tensor holds as many values as its shape says", () => {
  assert.throws(() => tensor([2, 2], [1]), /expected 4/);
});

/** @type {arithmetic.Network} */
const network = {
  layers: [...layers.slice(0, 3), ...layers.slice(6)], // one convolution
  arrays: {
    "conv1/kernel": tensor([1, 1, 1, 2], [1, -1]),
    "conv1/bias": tensor([2], [0, 1]),
    "digit/kernel": tensor([2, 2], [1, 0, 0, 1]),
    "digit/bias": tensor([2]),
  },
};

test("the network keeps what every layer makes, and can lose a filter", () => {
  const small = tensor([2, 2, 1], [0, 0.5, 1, 2]);
  const found = runNetwork(network, small);
  assert.deepEqual(values(found.conv1), [0, 1, 0.5, 0.5, 1, 0, 2, -1]);
  assert.deepEqual(values(found.pool1), [2, 1]);
  assert.deepEqual(values(found.logits), [2, 1]);
  const lost = runNetwork(network, small, { relu1: new Set([0]) });
  assert.deepEqual(values(lost.relu1), [0, 1, 0, 0.5, 0, 0, 0, 0]);
  assert.deepEqual(values(lost.digit), values(softmax(tensor([2], [0, 1]))));
});
