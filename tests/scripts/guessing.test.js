import assert from "node:assert/strict";
import { test } from "node:test";
import { tensor } from "../../book/_static/hands-on/arithmetic.js";
import {
  blindPick, chosenByOrder, firstMix, hitsOf, mixByLot, wanted,
} from "../../book/_static/hands-on/guessing.js";
import {
  lacking, overall, question, refusal, shortPercent, verdict, withGame,
} from "../../book/_static/hands-on/guessing-words.js";
import { moransI } from "../../book/_static/hands-on/morans-i.js";

/** @param {number} seed */
function lot(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

// before training the weights of filter k are k + 1 everywhere; after it, minus that, but
// for the first weight, which keeps its sign
const values = [0, 1].flatMap((frame) =>
  Array.from({ length: 9 }, (_, weight) =>
    Array.from({ length: 16 }, (_, k) => (frame && weight ? -1 : 1) * (k + 1)),
  ).flat(),
);
const film = tensor([2, 3, 3, 16], values);

test("Moran's I of kernels that can be reckoned on paper", () => {
  assert.equal(moransI([[1, -1], [-1, 1]]), -1);
  assert.ok(Math.abs(moransI([[1, 1], [-1, -1]])) < 1e-12);
  assert.equal(moransI([[2, 2], [2, 2]]), 0);
  assert.equal(moransI([[3]]), 0);
});

test("a game mixes eight trained kernels with eight others, all equally strong", () => {
  const mix = mixByLot(film, lot(7));
  assert.equal(mix.trained.filter(Boolean).length, 8);
  mix.weights.forEach((rows, k) => {
    const flat = rows.flat();
    const strength = flat.reduce((sum, weight) => sum + weight ** 2, 0) / flat.length;
    assert.ok(Math.abs(strength - 1) < 1e-6);
    assert.equal(flat[flat.length - 1] < 0, mix.trained[k]);
    assert.equal(mix.order[k], moransI(rows));
  });
});

test("games differ", () => {
  const seen = [1, 2, 3, 4].map((seed) => mixByLot(film, lot(seed)).trained.join());
  assert.equal(new Set(seen).size, 4);
});

test("every kernel is trained in half of the games", () => {
  const counts = Array(16).fill(0);
  const random = lot(3);
  for (let game = 0; game < 2000; game++) {
    mixByLot(film, random).trained.forEach((one, k) => (counts[k] += Number(one)));
  }
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 120, `${count}`);
});

/** @type {import("../../book/_static/hands-on/files.js").Part} */
const part = {
  facts: {
    trained: [true, false, true, false],
    weights: [[[1]], [[2]], [[3]], [[4]]],
    morans_i: [0.5, -0.2, 0.1, 0.1],
  },
  arrays: {},
};

test("Moran's I chooses the largest values, of equal ones the later", () => {
  const mix = firstMix(part);
  assert.equal(wanted(mix), 2);
  assert.deepEqual(chosenByOrder(mix).sort(), [0, 3]);
  assert.equal(hitsOf(mix, chosenByOrder(mix)), 1);
  assert.equal(hitsOf(mix, [0, 2]), 2);
});

test("a blind pick is hypergeometric", () => {
  const luck = blindPick(4, 2);
  assert.deepEqual(luck.map((share) => Math.round(share * 6)), [1, 4, 1]);
  const eight = blindPick(16, 8);
  assert.equal(eight[8], 1 / 12870);
  assert.ok(Math.abs(eight.reduce((one, other) => one + other) - 1) < 1e-12);
});

const luck = blindPick(16, 8);

test("the verdict is honest about luck", () => {
  const [score, chance, order] = verdict({ hits: 5, of: 8, byOrder: 7, luck });
  assert.equal(score, "5 hits of 8.");
  assert.match(chance, /^By luck alone, 5 hits or more come in 30\.96% of all games\./);
  assert.match(chance, /may well have been lucky/);
  assert.match(order, /has 7 hits\.$/);
  assert.match(verdict({ hits: 7, of: 8, byOrder: 7, luck })[1], /poor explanation/);
  assert.match(verdict({ hits: 3, of: 8, byOrder: 7, luck })[1], /luck alone explains/);
  assert.match(verdict({ hits: 1, of: 8, byOrder: 1, luck })[1], /wrong way round/);
  assert.match(verdict({ hits: 1, of: 8, byOrder: 1, luck })[0], /^1 hit of/);
});

test("games of a visit add up", () => {
  const none = { games: 0, hits: 0, of: 0, byOrder: 0, blind: 0 };
  const one = withGame(none, { hits: 5, of: 8, byOrder: 7, luck });
  const two = withGame(one, { hits: 6, of: 8, byOrder: 8, luck });
  assert.match(overall(two), /^2 games: 11 of 16 hits\. A blind pick finds 8 on average/);
  assert.match(overall(two), /Moran's I found 15/);
});

test("what is asked, refused and missing is said", () => {
  assert.equal(question(1, 8, 16), "Which 8 of these 16 kernels are trained?");
  assert.match(question(2, 8, 16), /^Game 2\. Which/);
  assert.match(refusal(8), /^8 kernels are chosen already/);
  assert.equal(lacking(1), "Choose 1 more kernel first.");
});

test("a share above a bar is short", () => {
  assert.deepEqual([0.383, 0.0995, 0.004].map(shortPercent), ["38%", "10%", "<1%"]);
});
