/* The list of texts: searched by the server; sorted, and what each filter leaves counted, here.
   Read before page.js, which filters it. */
let searched = "", searching = 0;  // the words that were sent last, the timer of the search
const searchTexts = (field) => {
  clearTimeout(searching);
  const words = field.value.trim();
  if (words === searched) return;
  searched = words;
  send("release", { words });
};
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-search]")) return;
  clearTimeout(searching);
  searching = setTimeout(() => searchTexts(target), 400);
});
const positionsSends = { texts: (form) => searchTexts(find("[data-search]", form)) };

const inOrder = {
  best: (one, other) => one.dataset.place - other.dataset.place,
  newest: (one, other) => other.dataset.date.localeCompare(one.dataset.date),
  oldest: (one, other) => (one.dataset.date || "9").localeCompare(other.dataset.date || "9"),
  title: (one, other) => find(".title", one).textContent.trim().localeCompare(
    find(".title", other).textContent.trim(), language, { numeric: true },
  ),
};
const holds = (item, { name, value }) => !value || item.dataset[name].split("|").includes(value);
let sortedFor = null;  // the words that the sort was set for
const refine = (form) => {
  const list = find("#documents"), sort = find("[data-sort]", form);
  if (!list || !sort) return;
  const { words } = list.dataset, isSearch = Boolean(words);
  if (words !== sortedFor || (sort.value === "best" && !isSearch)) {
    sort.value = isSearch ? "best" : "newest";
    sortedFor = words;
  }
  find("[value=best]", sort).hidden = !isSearch;
  const items = all(":scope > .item", list), sorted = [...items].sort(inOrder[sort.value]);
  if (sorted.some((item, place) => item !== items[place])) list.append(...sorted);
  const selects = all("select[name]", form);
  selects.forEach((select) => {
    const others = selects.filter((one) => one !== select);
    const left = items.filter((item) => others.every((other) => holds(item, other)));
    all("option", select).forEach((option) => {
      option.dataset.label ??= option.textContent;
      const count = left.filter((item) => holds(item, { name: select.name, value: option.value }));
      const said = `${option.dataset.label} (${count.length})`;
      if (option.textContent !== said) option.textContent = said;
    });
  });
};
