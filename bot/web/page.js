/* The page's behaviour. gradio runs this once, as the body of a function of (element, trigger,
   props, server, upload, watch): `trigger` sends an event to page.py, `watch` and `props.value`
   bring its notices and files back. Whatever is shown was rendered and escaped by the templates;
   text that is moved here is moved as text. Nothing but a random key, the language, the theme
   and the panel's widths is kept. */
const find = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const kept = (store, name, value) => {
  try {
    const storage = window[store];
    if (value !== undefined) storage.setItem(`plaidoyer-${name}`, value);
    return storage.getItem(`plaidoyer-${name}`);
  } catch { return value ?? null; }  // a browser that keeps nothing
};
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");
let key = (!linked && kept("sessionStorage", "key")) || kept("sessionStorage", "key", newKey());
let language = kept("localStorage", "language");
if (language !== "fr" && language !== "en") {
  const tags = navigator.languages || [navigator.language];
  const preferred = tags.find((tag) => /^(fr|en)\b/i.test(tag)) || "fr";
  language = preferred.slice(0, 2).toLowerCase();
}
let cited = null;  // the citation that a source was opened from

const send = (event, more = {}) => trigger(
  event, { event, key, language, scope: String(scope), ...more },
);
const busy = () => Boolean(find("#chat .progress"));
const told = document.createElement("div");
Object.assign(told, { id: "told", className: "sr" });
told.setAttribute("role", "status");
const toast = document.createElement("div");
Object.assign(toast, { id: "toast", hidden: true });
document.body.append(told, toast);
const tell = (notice) => {
  told.textContent = toast.textContent = notice;
  toast.hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { toast.hidden = true; }, 4000);
};

/* Language, light or dark, and the three views */
const dress = () => {
  document.documentElement.lang = language;
  const theme = kept("localStorage", "theme");
  if (theme) document.body.classList.toggle("dark", theme === "dark");
};
const views = { chat: null, positions: "expand", meetings: "collapse" };
const show = () => {
  const view = location.hash.slice(1) in views ? location.hash.slice(1) : "chat";
  if (document.body.dataset.view !== view && views[view]) send(views[view]);
  document.body.dataset.view = view;
  all("#masthead nav a").forEach((link) => {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
};
const start = (left = 20) => {
  dress();
  send("input", linked ? { answer: linked } : {});
  setTimeout(() => {
    if (!find("#masthead .bar") && left) start(left - 1);
    else {
      dress(); show(); send("focus"); send("apply"); goOn();
      if (linked) withoutAnswer();
    }
  }, 400);
};

/* Asking */
let asking = "";  // the question that was asked last
const reveal = (turn) => {
  const chat = find("#chat");
  chat.scrollTop += turn.getBoundingClientRect().top - chat.getBoundingClientRect().top - 12;
};
const ask = (question) => {
  if (!question.trim() || busy()) return;
  const form = find("#ask"), box = find("#box");
  const pending = document.createElement("article");
  const asked = document.createElement("h3"), progress = document.createElement("p");
  Object.assign(pending, { className: "turn pending" });
  Object.assign(asked, { className: "asked", textContent: question });
  Object.assign(progress, { className: "progress", textContent: form.dataset.searching });
  pending.append(asked, progress);
  find("#chat [id^=html-]").append(pending);
  asking = question;
  reveal(pending);
  box.value = "";
  grow(box);
  send("submit", { question });
};
const giveBack = () => {  // the question that gets no answer, into the box
  const box = find("#box"), pending = find("#chat .turn.pending:has(.progress)");
  if (!pending) return;
  box.value ||= asking;
  pending.remove();
  grow(box);
};
const grow = (box) => {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
};

/* Sources */
const cover = () => {  // on a small screen the sheet is over the conversation
  const sheet = matchMedia("(max-width: 900px)").matches;
  find("#talk").inert = Boolean(find("#side.open")) && sheet;
};
const collapse = (except) => all("#sources details.source[open]").forEach((source) => {
  if (source !== except) source.open = false;
});
const open = (id, from) => {
  const source = document.getElementById(id);
  if (!source) return;
  beside.leave();
  cited = from;
  collapse(source);
  source.open = true;
  find("#side").classList.add("open");
  cover();
  find("summary", source).focus({ preventScroll: true });
  (find("mark", source) || source).scrollIntoView({ behavior: "instant", block: "center" });
};
const close = () => {
  beside.leave();
  if (!find("#side.open") && !find("#sources details.source[open]")) return;
  collapse();
  find("#side").classList.remove("open");
  cover();
  const same = () => find(`a.cite[href="${cited.getAttribute("href")}"]`);
  const back = cited && (document.body.contains(cited) ? cited : same());
  (back || find("#box"))?.focus();
  cited = null;
};

/* Taking away */
let give = () => {};  // ends the wait for the text to copy
const copy = async (text) => {  // a promise: a browser copies only what a click has begun to copy
  try {
    const blob = text.then((said) => new Blob([said], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {  // no clipboard outside https and localhost
    const area = document.createElement("textarea");
    area.value = await text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};
const save = (name, blob) => {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const csv = (button) => {
  const between = language === "fr" ? ";" : ",";
  const guard = (text) => (/^[=+\-@\t\r]/.test(text) ? "'" : "");  // a spreadsheet runs =...
  const cell = (text) => `"${guard(text) + text.replace(/"/g, '""')}"`;
  const heads = all("#met th").map((head) => head.textContent);
  const shown = all("#meetings tr:not([hidden])");
  const rows = [heads, ...shown.map((row) => all("td", row).map((one) => one.dataset.csv))];
  const lines = rows.map((row) => row.map(cell).join(between)).join("\r\n");
  const file = new Blob(["\ufeff", lines, "\r\n"], { type: "text/csv;charset=utf-8" });
  save(`${button.dataset.name}.csv`, file);
};
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const filter = (form) => {
  let shown = 0;
  const wanted = all("select[name], input[name]", form).filter(({ value }) => value.trim());
  all(`#${form.dataset.filter} > .item`).forEach((item) => {
    item.hidden = !wanted.every(({ name, value }) => name === "words"
      ? folded(item.textContent).includes(folded(value.trim()))
      : item.dataset[name].split("|").includes(value));
    shown += !item.hidden;
  });
  const count = find(".count", form);
  const said = count?.dataset.said.replace("#", shown);
  if (count && count.textContent !== said) count.textContent = said;
  if (form.dataset.filter === "documents") refine(form);
};

/* What a click, a key, a form does */
const turnOf = (button) => ({ turn: button.dataset.turn });
const does = {
  ...keptDoes,
  ...scopeDoes,
  example: (button) => ask(button.textContent),
  stop: () => { if (answering === "here") send("stop"); else giveUp(); },
  later: () => giveUp(),
  clear: () => {
    send("clear");
    key = kept("sessionStorage", "key", newKey());
    limit("");
    close();
    find("#box").focus();
  },
  language: (button) => {
    language = kept("localStorage", "language", button.dataset.language);
    dress(); send("input"); send("focus"); send("apply");
    if (views[document.body.dataset.view]) send(views[document.body.dataset.view]);
  },
  theme: () => {
    kept("localStorage", "theme", document.body.classList.contains("dark") ? "light" : "dark");
    dress();
  },
  close: () => close(),
  copy: (button) => {
    copy(new Promise((resolve) => { give = resolve; }));
    send("download", { ...turnOf(button), as: button.dataset.as });
  },
  export: (button) => send("download", turnOf(button)),
  useful: (button) => send("like", { ...turnOf(button), verdict: "useful" }),
  wrong: (button) => {
    const form = document.getElementById(button.getAttribute("aria-controls"));
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (form.hidden) return;
    find("input", form).focus({ preventScroll: true });
    form.scrollIntoView({ behavior: "instant", block: "nearest" });
  },
  "theme-line": (button) => {
    find("#theme-box").value = button.dataset.theme;
    send("select", { theme: button.dataset.theme });
  },
  csv: (button) => csv(button),
};
const isStarting = () => Boolean(find("#welcome .starting")?.offsetParent);
let isWaiting = false;  // the question in the box, for the bot to be there
const sends = {
  ...keptSends,
  ...positionsSends,
  ask: () => {
    isWaiting = isStarting();
    if (!isWaiting) ask(find("#box").value);
  },
  "log-in": (form) => logIn(form),
  judge: (form) => {
    const { reason, comment } = Object.fromEntries(new FormData(form));
    send("like", { ...turnOf(form), verdict: "wrong", reason, comment });
  },
  timeline: (form) => send("select", { theme: find("input", form).value }),
};
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.cite, a.to-source");
  const point = event.target.closest("[data-goto]");
  const button = event.target.closest("button[data-do]");
  if (mark) {
    event.preventDefault();
    event.stopPropagation();
    open(mark.getAttribute("href").slice(1), mark);
  } else if (point) {
    event.preventDefault();
    const source = document.getElementById(point.dataset.goto);
    source.open = true;
    find("summary", source).focus();
  } else if (button) does[button.dataset.do]?.(button);
  else if (event.target.closest("a.skip")) {
    event.preventDefault();
    location.hash = "chat";
    find("#box").focus();
  }
}, true);
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-do], form[data-filter]");
  if (!form) return;
  event.preventDefault();
  sends[form.dataset.do]?.(form);
});
document.addEventListener("invalid", ({ target }) => {  // in the page's language
  target.setCustomValidity(target.validity.valueMissing ? labelOf("required") : "");
}, true);
document.addEventListener("input", (event) => {
  const same = event.target.type === "radio" ? all("[name=reason]", event.target.form) : [];
  [event.target, ...same].forEach((control) => control.setCustomValidity?.(""));
  if (event.target.id === "box") { grow(event.target); isWaiting = false; }
  const form = event.target.closest("form[data-filter]");
  if (form) filter(form);
});
document.addEventListener("keydown", (event) => {
  const enter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (enter && event.target.id === "box") { event.preventDefault(); sends.ask(); }
  if (event.key === "Escape" && !closeKept()) close();
});
document.addEventListener("cancel", ({ target }) => {  // Escape
  if (target.id === "log-in") giveUp();
}, true);
window.addEventListener("hashchange", show);
window.addEventListener("resize", () => { notice(); cover(); });

/* What has come */
watch("value", () => {
  const { notice, box, file, content, copied, follow_ups: next } = props.value || {};
  if (notice) tell(notice);
  const field = find("#box");
  if (box && field && !field.value) { field.value = box; grow(field); field.focus(); }
  if (copied) give(copied);
  if (next) followUps.show(next);
  if (file) save(file, new Blob([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))]));
});
let answered = 0, answeredFor = key, seen = "", planned = false;
const notice = () => {
  planned = false;
  focusList();
  offerCame();
  document.documentElement.style.setProperty("--bar", `${find("#masthead")?.offsetHeight || 60}px`);
  show();
  all("form[data-filter]").forEach(filter);
  if (find("#ask .send")) find("#ask .send").disabled = isStarting();
  if (isWaiting && !isStarting()) sends.ask();
  const progress = find("#chat .progress"), last = all("#chat .turn").at(-1);
  const turns = all("#chat .turn[data-turn]").length;
  const says = () => find(".lead, .state, .direct q, .direct .said", last)?.textContent;
  const answer = () => (turns > answered && says()) || "";
  const now = progress ? progress.textContent : answer();
  if (turns < answered && key === answeredFor) tell(labelOf("earlierGone"));
  if (now && now !== seen) told.textContent = now;
  if (last && (turns > answered || (progress && !seen))) reveal(last);
  [seen, answered, answeredFor] = [now, turns, key];
  followUps.ask(last);
};
new MutationObserver((changes) => {  // gradio's regions come and change one by one
  const isNotice = (target) => target === told || target === toast || target.matches?.(".count");
  if (planned || changes.every(({ target }) => isNotice(target))) return;
  planned = true;
  requestAnimationFrame(notice);
}).observe(document.body, { childList: true, subtree: true, characterData: true });
start();
