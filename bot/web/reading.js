/* The reader view, alone or in the panel beside a conversation: its quotes, pages and zoom. It
   needs nothing of page.js. Whatever is shown was rendered and escaped by the templates. */
const reading = (() => {
  const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3], RETRY = 4000, TRIES = 3;
  const all = (root, query) => [...root.querySelectorAll(query)];
  const quotes = (root) => all(root, "[id^=quote-]");

  /* Mark one of the quotes, counted from 0 down the document, as the one that is read. */
  const turnTo = (root, place) => {
    const found = quotes(root), which = root.querySelector(".which");
    if (!found.length) return;
    const at = (place + found.length) % found.length, number = found[at].id.slice(6);
    root.dataset.at = at;
    if (which) which.textContent = `${at + 1} / ${found.length}`;
    all(root, "[data-quotes]").forEach((mark) => {
      mark.classList.toggle("current", mark.dataset.quotes.split(" ").includes(number));
    });
    const target = root.querySelector(".current") || found[at];
    target.scrollIntoView({ behavior: "instant", block: "center", inline: "center" });
  };

  /* The number of the page that is in the middle of the screen. */
  const notePage = (root) => {
    const page = root.querySelector("select[data-read=page]");
    if (!page) return;
    const begun = all(root, "[id^=page-]").filter(
      (leaf) => leaf.getBoundingClientRect().top < innerHeight / 2,
    );
    page.value = (begun.at(-1)?.id || "").slice(5) || page.options[0].value;
  };

  /* The widths that pictures are chosen by, once it is known how wide they stand. */
  const measure = (root) => {
    const sheet = root.querySelector(".sheet");
    const width = sheet && Math.round(sheet.getBoundingClientRect().width);
    if (width) all(root, ".sheet img").forEach((image) => { image.sizes = `${width}px`; });
  };
  const zoom = (root, step) => {
    const sheets = root.querySelector(".sheets"), size = root.querySelector(".size");
    const now = ZOOMS.indexOf(Number(sheets.dataset.zoom || 1)) + step;
    const next = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, now))];
    const middle = all(root, ".sheet").find((sheet) => {
      const { bottom } = sheet.getBoundingClientRect();
      return bottom > innerHeight / 2;
    });
    const before = middle?.getBoundingClientRect();
    sheets.dataset.zoom = next;
    sheets.style.setProperty("--zoom", next);
    size.textContent = `${Math.round(100 * next)} %`;
    measure(root);
    if (!before) return;  // what was in the middle stays there
    const after = middle.getBoundingClientRect();
    const share = (innerHeight / 2 - before.top) / before.height;
    scroller(root).scrollTop += after.top + share * after.height - innerHeight / 2;
    sheets.scrollLeft = (sheets.scrollWidth - sheets.clientWidth) / 2;
  };
  const scroller = (root) => root.closest("#side") || document.scrollingElement;

  /* Show the view that has come, at the place that the address names: "#quote-2", "#page-3". */
  const show = (root, hash) => {
    measure(root);
    const named = hash && root.querySelector(hash.replace(/[^#\w-]/g, ""));
    const place = quotes(root).indexOf(named);
    if (named && place < 0) named.scrollIntoView({ behavior: "instant", block: "start" });
    else turnTo(root, Math.max(0, place));
    notePage(root);
  };

  const does = {
    previous_quote: (root) => turnTo(root, Number(root.dataset.at) - 1),
    next_quote: (root) => turnTo(root, Number(root.dataset.at) + 1),
    smaller: (root) => zoom(root, -1),
    larger: (root) => zoom(root, 1),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".reader button[data-read]");
    if (button) does[button.dataset.read]?.(button.closest(".reader"));
  });
  document.addEventListener("change", (event) => {
    const page = event.target.closest(".reader select[data-read=page]");
    const chosen = page && page.closest(".reader").querySelector(`#page-${page.value}`);
    chosen?.scrollIntoView({ behavior: "instant", block: "start" });
  });
  let planned = false;
  document.addEventListener("scroll", () => {
    const root = document.querySelector(".reader");
    if (!root || planned) return;
    planned = true;
    requestAnimationFrame(() => { planned = false; notePage(root); });
  }, { capture: true, passive: true });
  document.addEventListener("error", (event) => {  // the server may have had too much to draw
    const image = event.target;
    if (!image.matches?.(".sheet img")) return;
    image.dataset.tries = Number(image.dataset.tries || 0) + 1;
    if (image.dataset.tries < TRIES) setTimeout(() => { image.src = image.src; }, RETRY);
    else image.closest(".sheet").querySelector(".failed").hidden = false;
  }, true);
  const alone = document.querySelector("body.alone .reader");
  if (alone) {
    let theme = null;
    try { theme = localStorage.getItem("plaidoyer-theme"); } catch { /* it keeps nothing */ }
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("dark", dark);
    show(alone, location.hash);
    window.addEventListener("hashchange", () => show(alone, location.hash));
    window.addEventListener("resize", () => measure(alone));
  }
  return { show, measure };
})();
