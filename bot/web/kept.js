/* Conversations that are kept: the panel with their list, and links to answers. Read before
   page.js, whose functions it calls once the page is there. */
let linked = new URLSearchParams(location.search).get("answer");  // of the link that was followed
const withoutAnswer = () => {  // the address, once the answer is shown
  const query = new URLSearchParams(location.search);
  query.delete("answer");
  linked = null;
  history.replaceState(null, "", `?${query}${location.hash}`.replace(/^\?(?=#|$)/, location.pathname));
};
const showKept = (isOpen) => {
  const panel = find("#kept"), button = find("[data-do=kept]");
  panel.classList.toggle("open", isOpen);
  button?.setAttribute("aria-expanded", String(isOpen));
};
const closeKept = () => {
  if (!find("#kept.open")) return false;
  showKept(false);
  find("[data-do=kept]")?.focus();
  return true;
};
let listing = false;  // until the list that was asked for has come
const list = (more) => {
  const head = find("#kept h2");
  listing = head || true;
  head?.focus();
  send("edit", more);
};
const focusList = () => {
  const head = find("#kept.open h2");
  if (!listing || !head || head === listing) return;
  listing = false;
  head.focus();
};
const sure = (button) => {  // the second click does what the first one asked about
  if (button.dataset.sure === button.textContent.trim()) return true;
  button.textContent = button.dataset.sure;
  button.setAttribute("aria-live", "polite");
  return false;
};
const keptDoes = {
  kept: () => {
    if (closeKept()) return;
    showKept(true);
    list({ do: "list" });
  },
  "close-kept": () => closeKept(),
  "open-kept": (button) => {
    key = kept("sessionStorage", "key", button.dataset.key);
    close();
    send("input");
    limit(button.dataset.scope);
    showKept(false);
    find("#box").focus();
  },
  "delete-kept": (button) => {
    if (sure(button)) list({ do: "delete", of: button.dataset.key });
  },
  "delete-all": (button) => { if (sure(button)) list({ do: "delete-all" }); },
  "export-whole": (button) => send("copy", { of: button.dataset.key, as: button.dataset.as }),
  link: (button) => {
    const address = `${location.origin}${location.pathname}?answer=${button.dataset.link}`;
    copy(Promise.resolve(address)).then(() => tell(button.dataset.done));
  },
  again: (button) => {
    const asked = find(".asked", button.closest(".turn")).cloneNode(true);
    find(".sr", asked)?.remove();
    ask(asked.textContent.trim());
  },
};
const keptSends = {
  rename: (form) => {
    list({ do: "rename", of: form.dataset.key, title: find("input", form).value });
  },
};
