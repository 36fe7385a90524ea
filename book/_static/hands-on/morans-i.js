/** Moran's I, as `convlens.statistics.morans_i` computes it. */

/**
 * Compute how alike the neighbouring weights of a kernel are.
 * @param {number[][]} rows - Of weights, equally long.
 * @returns {number} 0 where all weights are equal.
 */
export function moransI(rows) {
  const weights = rows.flat();
  if (weights.every((weight) => weight === weights[0])) return 0;
  const mean = sum(weights) / weights.length;
  const centred = rows.map((row) => row.map((weight) => weight - mean));
  const products = neighbours(centred).map(([one, other]) => one * other);
  const spread = sum(centred.flat().map((weight) => weight ** 2)) / weights.length;
  return products.length ? sum(products) / products.length / spread : 0;
}

/**
 * Pair each weight with the one to its right and the one below it.
 * @param {number[][]} rows
 * @returns {[number, number][]}
 */
function neighbours(rows) {
  /** @type {[number, number][]} */
  const pairs = [];
  rows.forEach((row, y) => {
    row.forEach((weight, x) => {
      if (x + 1 < row.length) pairs.push([weight, row[x + 1]]);
      if (y + 1 < rows.length) pairs.push([weight, rows[y + 1][x]]);
    });
  });
  return pairs;
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((one, other) => one + other, 0);
}
