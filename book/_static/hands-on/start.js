/* Load what moves on this page. A plain script, so that it also runs where modules do not:
   in a page opened as a file, and in an old browser, the still figures stay, and say why. */

(function () {
  var places = document.querySelectorAll(".cell.tag_hands-on figure");
  if (!places.length) return;

  /** @param {string} sentence */
  function say(sentence) {
    for (var k = 0; k < places.length; k++) {
      var line = document.createElement("p");
      line.className = "hands-on-trouble";
      line.textContent = sentence;
      places[k].appendChild(line);
    }
  }

  var base = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  if (location.protocol === "file:") {
    say(
      "This figure is interactive where a server delivers the page. In the folder of the " +
        "site, run python -m http.server, and open the address that it prints.",
    );
  } else if (!("noModule" in HTMLScriptElement.prototype) || !window.IntersectionObserver) {
    say("This figure is interactive in a newer browser.");
  } else {
    var script = document.createElement("script");
    script.type = "module";
    script.src = base.replace(/start\.js.*/, "mount.js"); // without the version of this one
    script.onerror = function () {
      say("The script of this figure could not be loaded. Reload the page to try again.");
    };
    document.head.appendChild(script);
  }
})();
