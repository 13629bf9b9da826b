/* Every page of the desk: the theme that the page of questions keeps, and "are you sure?". */
(() => {
  let theme = null;
  try { theme = localStorage.getItem("plaidoyer-theme"); } catch { /* it keeps nothing */ }
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark);
  document.addEventListener("submit", (event) => {
    const sure = event.submitter?.dataset.sure ?? event.target.dataset.sure;
    if (sure && !confirm(sure)) event.preventDefault();
  });
})();
