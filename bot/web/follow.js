/* Questions that go on from the last answer: asked for once it is shown, and shown under it. Read
   after page.js, in the same function. */
const followUps = {
  asked: "",  // the turn that they were asked for last, of which conversation
  found: {},  // what came for it
  ask(last) {
    const answer = last && find(".card", last), turn = last?.dataset.turn;
    if (!answer || busy()) return;
    if (followUps.asked === `${key} ${turn}`) followUps.put(last);
    else {
      followUps.asked = `${key} ${turn}`;
      followUps.found = {};
      send("example_select", { turn });
    }
  },
  show(found) {
    followUps.found = found;
    const last = all("#chat .turn[data-turn]").at(-1);
    if (last && !busy()) followUps.put(last);
  },
  put(last) {
    const { turn, title, questions } = followUps.found;
    if (!questions?.length || String(turn) !== last.dataset.turn || find(".next", last)) return;
    const made = document.createElement("section"), named = document.createElement("h4");
    Object.assign(made, { className: "next", lang: find(".card", last).lang });
    Object.assign(named, { id: "next-title", textContent: title });
    made.setAttribute("aria-labelledby", named.id);
    made.append(named, ...questions.map((question) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: question });
      button.dataset.do = "example";
      return button;
    }));
    find(".answer", last).append(made);
  },
};
