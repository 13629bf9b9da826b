/* /draft: a file that is too large is refused here, in words, and not by the server; and the check,
   which takes some seconds, says that it is under way. */
(() => {
  const form = document.querySelector("form[enctype]");
  const file = form.elements.file, text = form.elements.text;
  const weigh = () => {
    const size = (file.files[0]?.size ?? 0) + new Blob([text.value]).size;
    file.setCustomValidity(size > Number(form.dataset.most) ? form.dataset.large : "");
  };
  file.addEventListener("change", weigh);
  text.addEventListener("input", weigh);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value) return;  // a report is saved, and the page stays
    form.querySelector("[role=status]").textContent = form.dataset.busy;
  });
})();
