/* The scope of the conversation: kept in the address, shown as chips, completed in the question
   box. Read before page.js, whose functions it calls once the page is there. */
const LIMITS = ["document", "theme", "kind", "year"];
const scopeOf = (query) => new URLSearchParams(
  [...new URLSearchParams(query)].filter(([name]) => LIMITS.includes(name)),
);
let scope = scopeOf(location.search);
const limit = (next) => {
  scope = scopeOf(next);
  const others = [...new URLSearchParams(location.search)].filter(([name]) => !LIMITS.includes(name));
  const query = String(new URLSearchParams([...others, ...scope]));
  const address = `${location.pathname}${query && `?${query}`}${location.hash}`;
  history.replaceState(history.state, "", address);
  send("apply");
};
const limitTo = (name, value) => {
  if (!scope.has(name, value)) scope.append(name, value);
  limit(scope);
};

/* #theme and @document in the question box */
const TOKEN = /(?:^|\s)([#@][^\n#@]{0,60})$/;
let token = "", shownFor = "";  // what is completed, and what the list that is shown is for
let completing = 0;  // the timer of the request
const complete = () => {
  const box = find("#box");
  const found = TOKEN.exec(box.value.slice(0, box.selectionEnd));
  token = found && !/\s{2}$/.test(found[1]) ? found[1] : "";
  clearTimeout(completing);
  if (!token) { uncomplete(); return; }
  completing = setTimeout(() => { send("key_up", { typed: token }); offerCame(); }, 120);
};
const uncomplete = () => {
  token = shownFor = "";
  const list = find("#completions"), box = find("#box");
  if (list) list.hidden = true;
  box?.removeAttribute("aria-activedescendant");
  box?.removeAttribute("aria-controls");
};
const offered = () => all("#completions:not([hidden]) [role=option]");
const choose = (option) => {
  offered().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  find("#box").setAttribute("aria-controls", "completions");
  find("#box").setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};
const pick = (option) => {
  const box = find("#box"), end = box.selectionEnd;
  const before = box.value.slice(0, end - token.length).trimEnd();
  const after = box.value.slice(end).trimStart();
  box.value = before && after ? `${before} ${after}` : before + after;
  box.setSelectionRange(before.length, before.length);
  const { name } = option.parentElement.dataset;
  uncomplete();
  grow(box);
  box.focus();
  limitTo(name, option.dataset.value);
};
const lead = (event) => {  // returns whether the key was for the list
  const options = offered(), at = options.findIndex((one) => one.ariaSelected === "true");
  if (!options.length || event.isComposing) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(options.at((at + step) % options.length));
  else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey) pick(options[Math.max(at, 0)]);
  else if (event.key === "Escape") uncomplete();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
};
const offerCame = () => {  // a list that comes late for what is in the box by now is not shown
  const list = find("#completions");
  if (!list || list.dataset.typed === shownFor) return;
  list.hidden = list.dataset.typed !== token;
  if (list.hidden) return;
  shownFor = token;
  choose(offered()[0]);
};

const scopeDoes = {
  unlimit: ({ dataset }) => {
    scope.delete(dataset.name, dataset.value);
    limit(scope);
    find("#box").focus();
  },
  at: () => {
    const box = find("#box");
    find("details.limit").open = false;
    box.value = `${box.value.trimEnd()} @`.trimStart();
    box.focus();
    complete();
  },
  everywhere: (button) => {
    limit("");
    keptDoes.again(button);
  },
};
document.addEventListener("input", ({ target }) => { if (target.id === "box") complete(); });
document.addEventListener("change", ({ target }) => {
  if (target.dataset?.limit && target.value) limitTo(target.dataset.limit, target.value);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#completions [role=option]");
  if (!option) return;
  event.preventDefault();  // the box keeps the focus
  pick(option);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id === "box") lead(event);
}, true);
document.addEventListener("focusout", ({ target }) => { if (target.id === "box") uncomplete(); });
