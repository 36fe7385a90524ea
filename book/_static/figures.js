/**
 * Enlarge a figure: it opens over the page with its caption, its licence and a link that
 * saves the file. Without this script, the same link opens the file alone.
 */

import { button, make } from "./hands-on/elements.js";

const LICENCE = "From “How filters learn features”, under the MIT licence.";

/**
 * Build the dialog of one figure.
 * @param {HTMLAnchorElement} link - The link around the image, to its file.
 * @returns {HTMLDialogElement}
 */
function enlarged(link) {
  const { alt } = /** @type {HTMLImageElement} */ (link.querySelector("img"));
  const caption = link.closest("figure")?.querySelector(".caption-text");
  const kind = link.href.split(".").pop()?.toUpperCase();
  const dialog = make(
    "dialog",
    {
      class: "enlarged",
      "aria-label": "Enlarged figure",
      click: (/** @type {Event} */ event) => event.target === dialog && dialog.close(),
      close: () => {
        dialog.remove();
        link.focus();
      },
    },
    button("Close", () => dialog.close()),
    make(
      "a",
      { class: "save", href: link.href, download: true },
      `Save this figure (${kind})`,
    ),
    make(
      "div",
      { class: "slides", tabindex: 0, role: "group", "aria-label": "The figure, enlarged" },
      make("img", { src: link.href, alt }),
    ),
    make("p", {}, caption?.textContent?.trim() ?? ""),
    make("p", {}, LICENCE),
  );
  return dialog;
}

document.addEventListener("click", (event) => {
  const clicked = /** @type {Element} */ (event.target);
  /** @type {HTMLAnchorElement|null} */
  const link = clicked.closest("figure a.image-reference");
  const other = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
  if (!link || other) return;
  event.preventDefault();
  const dialog = enlarged(link);
  document.body.append(dialog);
  dialog.showModal();
});
