/* Small repairs to what the theme and Sphinx give. Each says what for. */
(function () {
  "use strict";
  // A page from the disk may not fetch others, so the search shows titles without an excerpt.
  if (location.protocol === "file:" && window.DOCUMENTATION_OPTIONS) {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
