/** The layers of the book's network, as the build names them. */

/** @type {import("../../book/_static/hands-on/arithmetic.js").Layer[]} */
export const layers = [
  { name: "conv1", kind: "convolution" },
  { name: "relu1", kind: "relu" },
  { name: "pool1", kind: "pooling", size: 2 },
  { name: "conv2", kind: "convolution" },
  { name: "relu2", kind: "relu" },
  { name: "pool2", kind: "pooling", size: 2 },
  { name: "flatten", kind: "flatten" },
  { name: "digit", kind: "dense" },
];
