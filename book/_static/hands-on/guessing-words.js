/** What the guessing game says. */

/** Below this share of games by luck, luck is a poor explanation, as in the book's tests. */
const RARE = 0.025;

/**
 * @typedef {object} Score
 * @property {number} hits - Of the reader.
 * @property {number} of - The most that there can be.
 * @property {number} byOrder - The hits of Moran's I on the same kernels.
 * @property {number[]} luck - How likely each number of hits is for a blind pick.
 */

/**
 * @typedef {object} Tally
 * @property {number} games
 * @property {number} hits - Of the reader, in all games.
 * @property {number} of - The most that there could have been.
 * @property {number} byOrder - The hits of Moran's I.
 * @property {number} blind - What a blind pick finds on average.
 */

/**
 * Add a game to those before it.
 * @param {Tally} tally
 * @param {Score} score
 * @returns {Tally}
 */
export function withGame({ games, hits, of, byOrder, blind }, score) {
  return {
    games: games + 1,
    hits: hits + score.hits,
    of: of + score.of,
    byOrder: byOrder + score.byOrder,
    blind: blind + add(score.luck.map((share, k) => share * k)),
  };
}

/**
 * @param {number} count
 * @param {string} thing
 * @returns {string} Such as "2 kernels".
 */
export function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/**
 * Say what is to be done, and in which game.
 * @param {number} game - The first one is 1.
 * @param {number} many - Kernels to choose.
 * @param {number} kernels - In all.
 * @returns {string}
 */
export function question(game, many, kernels) {
  const asked = `Which ${many} of these ${kernels} kernels are trained?`;
  return game === 1 ? asked : `Game ${game}. ${asked}`;
}

/**
 * Say which game the page goes on about.
 * @param {number} game
 * @returns {string} Nothing in the first game, which it is.
 */
export function reminder(game) {
  return game === 1 ? "" : "The page below goes on with the kernels of the first game.";
}

/**
 * @param {number} chosen
 * @param {number} many - To choose.
 * @returns {string}
 */
export function progress(chosen, many) {
  return `${chosen} of ${many} chosen`;
}

/**
 * Say why a further kernel is not chosen.
 * @param {number} many - Are chosen.
 * @returns {string}
 */
export function refusal(many) {
  return `${many} kernels are chosen already. To choose another, first give one back.`;
}

/**
 * Say how many kernels must still be chosen.
 * @param {number} count
 * @returns {string}
 */
export function lacking(count) {
  return `Choose ${counted(count, "more kernel")} first.`;
}

/**
 * Say how good a guess is: against luck, and against Moran's I.
 * @param {Score} score
 * @returns {string[]} Paragraphs; the first is the score.
 */
export function verdict(score) {
  const { hits, of, byOrder } = score;
  return [
    `${counted(hits, "hit")} of ${of}.`,
    againstLuck(score),
    `Moran's I stands below each kernel. It calls the ${of} with the largest values ` +
      `trained, and has ${counted(byOrder, "hit")}.`,
  ];
}

/**
 * @param {Score} score
 * @returns {string}
 */
function againstLuck({ hits, of, luck }) {
  const few = add(luck.slice(0, hits + 1));
  const share = add(luck.slice(hits));
  if (few < RARE) {
    const those = hits === 0 ? "no hit comes" : `so few hits come`;
    return (
      `By luck alone, ${those} in ${percent(few)} of all games. You seem to see a ` +
      "difference, and to read it the wrong way round."
    );
  }
  const those = hits === of ? `all ${of} hits` : `${counted(hits, "hit")} or more`;
  return `By luck alone, ${those} come in ${percent(share)} of all games. ${told(share)}`;
}

/**
 * @param {number} share - Of blind picks that are as good.
 * @returns {string}
 */
function told(share) {
  if (share < RARE) return "Luck is a poor explanation.";
  if (share < 0.5) return "You may well have been lucky.";
  return "So luck alone explains it.";
}

/**
 * Say how all games of the visit went.
 * @param {Tally} tally
 * @returns {string}
 */
export function overall({ games, hits, of, byOrder, blind }) {
  return (
    `${counted(games, "game")}: ${hits} of ${of} hits. A blind pick finds ` +
    `${Number(blind.toFixed(1))} on average, and Moran's I found ${byOrder}. The filters ` +
    "are the same in every game, so memory helps too."
  );
}

/**
 * Say what the bars show.
 * @param {Score} score
 * @returns {string}
 */
export function barsInWords({ hits, byOrder, luck }) {
  const shares = luck.map((share, k) => `${k}: ${percent(share)}`);
  return (
    `How often a blind pick has each number of hits. ${shares.join(", ")}. Marked: you at ` +
    `${hits}, Moran's I at ${byOrder}.`
  );
}

/**
 * Write a share short enough to stand above its bar.
 * @param {number} share
 * @returns {string}
 */
export function shortPercent(share) {
  return share < 0.01 ? "<1%" : `${Math.round(100 * share)}%`;
}

/**
 * @param {number} share
 * @returns {string}
 */
export function percent(share) {
  return `${(100 * share).toFixed(2)}%`;
}

/** @param {number[]} values */
function add(values) {
  return values.reduce((one, other) => one + other, 0);
}
