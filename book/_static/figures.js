/**
 * Enlarge a figure: it opens over the page with its caption, its licence and a link that
 * saves the file. Without this script, the same link opens the file alone.
 */

const LICENCE = "From “How filters learn features”, under the MIT licence.";

/**
 * Make an element.
 * @param {string} name - Its tag.
 * @param {Object<string, string>} properties - What to set on it.
 * @param {...(Node|string)} children - What it holds.
 * @returns {HTMLElement}
 */
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/**
 * Build the dialog of one figure.
 * @param {HTMLAnchorElement} link - The link around the image, to its file.
 * @returns {HTMLDialogElement}
 */
function enlarged(link) {
  const shown = link.querySelector("img");
  const caption = link.closest("figure").querySelector(".caption-text");
  const words = caption ? caption.textContent.trim() : "";
  const kind = link.href.split(".").pop().toUpperCase();
  const close = make("button", { type: "button" }, "Close");
  const save = make(
    "a",
    { className: "save", href: link.href, download: "" },
    `Save this figure (${kind})`,
  );
  const slides = make(
    "div",
    { className: "slides", tabIndex: 0 },
    make("img", { src: link.href, alt: shown.alt }),
  );
  slides.setAttribute("role", "group");
  slides.setAttribute("aria-label", "The figure, enlarged");
  const dialog = make(
    "dialog",
    { className: "enlarged" },
    close,
    save,
    slides,
    make("p", {}, words),
    make("p", {}, LICENCE),
  );
  dialog.setAttribute("aria-label", "Enlarged figure");
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  return dialog;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("figure a.image-reference");
  const other = event.ctrlKey || event.metaKey || event.shiftKey || event.button;
  if (!link || other) return;
  event.preventDefault();
  const dialog = enlarged(link);
  document.body.append(dialog);
  dialog.showModal();
});
