/** The colour of words on a colour. */

/**
 * Choose black or white, whichever has more contrast, as WCAG defines it.
 * @param {string} colour - Such as "rgb(0 128 255)".
 * @returns {"black"|"white"}
 */
export function inkOn(colour) {
  const [red, green, blue] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "black" : "white";
}
