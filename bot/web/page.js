/* Run once when the page has loaded: the page's language, and citations that open their source. */
() => {
  const english = (navigator.languages || [navigator.language]).find((tag) => /^(fr|en)\b/i.test(tag));
  document.documentElement.lang = english && /^en/i.test(english) ? "en" : "fr";

  const open = (id) => {
    const source = document.getElementById(id);
    if (!source) return;
    document.querySelectorAll("details.source[open]").forEach((other) => { if (other !== source) other.open = false; });
    source.open = true;
    source.querySelector("summary").focus({ preventScroll: true });
    (source.querySelector("mark") || source).scrollIntoView({ behavior: "instant", block: "center" });
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("a.cite");
    if (!mark) return;
    event.preventDefault();
    event.stopPropagation();
    open(mark.getAttribute("href").slice(1));
  }, true);
}
