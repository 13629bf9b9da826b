/* The panel beside the conversation: how wide it is, and a document opened in it. Read after
   page.js and reading.js, in the same function. */
const beside = (() => {
  const NARROWEST = 25, WIDEST = 75, STEP = 5;  // hundredths of the page's width
  const USUAL = { sources: 40, reading: 52 };
  let opening = 0;   // how many documents were asked for so far
  let openedBy = null;  // the link that the document was opened from

  /* Its width: one for the sources, one for a document */
  const holds = () => (find("#side").classList.contains("reading") ? "reading" : "sources");
  const wide = () => Number(kept("localStorage", `${holds()}-width`)) || USUAL[holds()];
  const widen = (width) => {
    const share = Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
    document.documentElement.style.setProperty("--side", `${share}%`);
    find("#edge").setAttribute("aria-valuenow", share);
    if (share !== wide()) kept("localStorage", `${holds()}-width`, share);
    const root = find("#reading .reader");
    if (root) reading.measure(root);
  };
  const drag = (event) => {
    const { left, width } = find("#desk").getBoundingClientRect();
    widen(100 * (left + width - event.clientX) / width);
  };
  const madeEdge = () => {
    const edge = document.createElement("div");
    edge.id = "edge";
    edge.tabIndex = 0;
    Object.entries({
      role: "separator", "aria-orientation": "vertical", "aria-controls": "side",
      "aria-valuemin": NARROWEST, "aria-valuemax": WIDEST,
    }).forEach(([name, value]) => edge.setAttribute(name, value));
    edge.addEventListener("pointerdown", (event) => {
      edge.setPointerCapture(event.pointerId);
      edge.addEventListener("pointermove", drag);
    });
    edge.addEventListener("lostpointercapture", () => {
      edge.removeEventListener("pointermove", drag);
    });
    edge.addEventListener("dblclick", () => widen(USUAL[holds()]));
    edge.addEventListener("keydown", (event) => {
      const width = {
        ArrowLeft: wide() + STEP, ArrowRight: wide() - STEP, Home: NARROWEST, End: WIDEST,
      }[event.key];
      if (width === undefined) return;
      event.preventDefault();
      widen(width);
    });
    return edge;
  };

  /* A document in it */
  const said = (name) => find("#sources .panel-head")?.dataset[name] || "";
  const state = (className, text) => {
    const shown = document.createElement("p");
    Object.assign(shown, { className, textContent: text });
    return shown;
  };
  const shelf = () => {
    const there = find("#reading");
    if (there) return there;
    const made = document.createElement("div");
    made.id = "reading";
    find("#side").append(made);
    return made;
  };
  const read = async (link) => {
    const turn = ++opening, address = new URL(link.href), side = find("#side");
    address.searchParams.set("language", language);
    if (!link.closest("#reading")) openedBy = link;
    side.classList.add("open", "reading");
    widen(wide());
    shelf().replaceChildren(state("progress", said("opening")));
    cover();
    let root = null;
    try {
      const answer = await reach(address, { headers: { Accept: "application/xhtml+xml" } });
      if (answer?.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        root = page.querySelector(".reader");
      }
    } catch { /* the server is not there: said below */ }
    if (turn !== opening) return;
    if (!root) {
      leave();
      tell(said("unopened"));
      return;
    }
    shelf().replaceChildren(document.adoptNode(root));
    side.scrollTop = 0;
    find("h2", root).focus({ preventScroll: true });
    reading.show(root, address.hash);
  };
  const leave = () => {  // back to the sources
    const side = find("#side");
    if (!side?.classList.contains("reading")) return false;
    opening += 1;
    side.classList.remove("reading");
    widen(wide());
    shelf().replaceChildren();
    const address = openedBy?.getAttribute("href");
    const same = all("#view-chat a.document").find((one) => one.getAttribute("href") === address);
    const link = openedBy?.isConnected ? openedBy : same;  // the sources may have come anew
    if (!link?.closest("#side")) close();  // the panel was opened for the document alone
    link?.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#view-chat a[href^='/read/']");
    const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
    const plain = !(button || ctrlKey || metaKey || shiftKey || altKey);
    if (event.target.closest("#reading button[data-read=back]")) leave();
    else if (link && plain) {
      event.preventDefault();
      read(link);
    }
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && leave()) event.stopPropagation();
  }, true);
  new MutationObserver(() => {
    const side = find("#side"), head = find("#sources .panel-head");
    if (!side || !head) return;
    if (!find("#edge")) {
      side.before(madeEdge());
      widen(wide());
    }
    find("#edge").setAttribute("aria-label", said("wider"));
  }).observe(document.body, { childList: true, subtree: true });
  return { leave };
})();
