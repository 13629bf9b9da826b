/* The collection: runs are followed, and what is too large is not sent. */
(() => {
  const runs = document.getElementById("runs"), said = document.getElementById("runs-said");
  const EVERY = 1000; // milliseconds
  const seen = {};
  let followed = false;
  function show(html) { // only what has changed: what was unfolded stays so
    const made = document.createElement("div");
    made.innerHTML = html;
    [...made.children].forEach((section, at) => {
      const same = seen[section.id] === section.outerHTML;
      seen[section.id] = section.outerHTML;
      if (!runs.children[at]) runs.append(section);
      else if (!same) runs.children[at].replaceWith(section);
    });
  }
  async function follow() {
    try {
      const answer = await fetch(runs.dataset.address, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const found = await answer.json();
        show(found.html);
        followed ||= found.under_way;
        if (followed && said.textContent !== found.said) said.textContent = found.said;
        if (!found.under_way) return;
      }
    } catch { /* the app is being restarted: the run goes on */ }
    setTimeout(follow, EVERY);
  }
  if (runs) follow();
  document.querySelectorAll("form[data-most]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      const sizes = [...input.files].map((file) => file.size / 1e6);
      const all = sizes.reduce((one, other) => one + other, 0);
      const fits = all <= +form.dataset.all && sizes.every((size) => size <= +form.dataset.most);
      input.setCustomValidity(fits ? "" : form.dataset.tooLarge);
      input.reportValidity();
    });
  });
})();
