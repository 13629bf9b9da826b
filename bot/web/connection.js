/* What stands between gradio and the server, read before page.js. gradio is shown no failure, of
   which it would tell in English or not at all: an event that did not get through is held, and one
   whose connection broke ends for gradio without a result. Both go on once the server answers, and
   the member has logged in again where that is needed; meanwhile the page says what is the matter.
   A new process of the server is another page: it is loaded, and the question is asked there. */
const fetched = window.fetch.bind(window);
const LOOK_EVERY = 700, LOOK_FOR = 1200;  // milliseconds: together, what passes before it is noticed
const underWay = new Map();  // event_id: what was sent with it
let broken = [];  // what was sent with events whose connection broke
let held = [];  // each a function that is told whether to go on
let answering = "here";  // or "lost", where it does not answer, or "out", where it asks to log in
let looking = false, leaving = false;
const isHeld = () => Boolean(held.length || broken.length);
// "lost" too: the answer may come before the next look, and the bar must go all the same.
const isOpen = () => Boolean(underWay.size || isHeld() || answering === "lost");
const labelOf = (name) => find("#lost")?.dataset[name] || "";

const look = async () => {
  try {
    const signal = AbortSignal.timeout(LOOK_FOR);
    const answer = await fetched("/gradio_api/app_id", { signal });
    if (answer.status === 401) return "out";
    if (!answer.ok) return "lost";
    return (await answer.json()).app_id === window.gradio_config.app_id ? "here" : "new";
  } catch { return "lost"; }
};
const warn = (isLost) => {
  const bar = find("#lost");
  if (!bar || bar.hidden === !isLost) return;
  bar.hidden = !isLost;
  notice();  // the page is lower by it
  if (isLost && find("#chat .turn.pending")) reveal(find("#chat .turn.pending"));
};
const see = (now) => {
  if (leaving) return;
  if (now === "new") { loadAnew(); return; }
  const before = answering, dialog = find("#log-in");
  answering = now;
  warn(now === "lost");
  if (now === "out" && before !== "out") {
    if (!dialog) { loadAnew(); return; }
    if (!dialog.open) dialog.showModal();
  }
  if (now === "lost" && before !== "lost") told.textContent = labelOf("lost");
  if (now !== "here") return;
  if (dialog?.open) dialog.close();
  held.splice(0).forEach((resolve) => resolve(true));
  broken.splice(0).forEach(({ event, ...sent }) => send(event, { ...sent, again: "yes" }));
};
const keepLooking = async () => {
  if (looking) return;
  looking = true;
  while (!leaving && isOpen()) {
    await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY); });
    if (isOpen()) see(await look());
  }
  looking = false;
};
const giveUp = () => {  // the member goes on without what is held
  const closing = find("#log-in[open]");
  [broken, answering] = [[], "here"];
  underWay.clear();
  held.splice(0).forEach((resolve) => resolve(false));
  warn(false);
  closing?.close();
  giveBack();
};

/* A request that is repeated until it gets through; null where the member gave it up. What the
   server itself says is JSON with a detail: of all else a proxy tells that nobody is there. */
const reach = async (...request) => {
  for (;;) {
    let answer = null;
    try { answer = await fetched(...request); } catch (error) {
      if (error.name === "AbortError") throw error;
    }
    const isOurs = answer?.headers.get("content-type")?.includes("json");
    if (answer && answer.status !== 401 && (isOurs || answer.status < 500)) return answer;
    const answers = new Promise((resolve) => { held.push(resolve); });
    see(answer?.status === 401 ? "out" : "lost");
    keepLooking();
    if (!await answers) return null;
  }
};
const ended = () => new Response('{"detail": []}', { status: 422 });  // gradio ends it in silence
const join = async (...request) => {
  const answer = await reach(...request);
  if (answer?.ok) {
    const { event_data: sent } = JSON.parse(request[1].body);
    const { event_id: id } = await answer.clone().json();
    underWay.set(id, sent || {});
    keepLooking();
    return answer;
  }
  if (answer?.status === 404) loadAnew();  // the server knows the page no more
  else if (answer) {
    giveBack();
    tell((await answer.json().catch(() => ({}))).detail || labelOf("failed"));
  }
  return ended();
};

/* gradio's stream of messages, which ends well whatever happens to the connection */
const relay = (...request) => {
  const writer = new TextEncoder();
  let finished = false;
  const pass = (line, controller) => {
    const message = JSON.parse(line.slice("data: ".length));
    if (message.msg === "unexpected_error") throw new Error(message.message);
    if (message.msg === "close_stream") finished = true;
    if (message.msg === "process_completed") {
      underWay.delete(message.event_id);
      if (!message.success) {
        message.output = { error: [] };
        giveBack();
        tell(labelOf("failed"));
      }
    }
    controller.enqueue(writer.encode(`data: ${JSON.stringify(message)}\n\n`));
  };
  const start = async (controller) => {
    try {
      const answer = await fetched(...request);
      if (!answer.ok) throw new Error(answer.status);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = "", part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (rest + part.value).split("\n\n");
        rest = lines.pop();
        lines.filter((line) => line.startsWith("data: ")).forEach((line) => pass(line, controller));
      }
    } catch (error) { finished ||= error.name === "AbortError"; }
    if (!finished && !leaving) breakOff(controller, pass);
    try { controller.close(); } catch { /* gradio has left it */ }
  };
  const body = new ReadableStream({ start });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};
const breakOff = (controller, pass) => {
  const cut = [...underWay.entries()];
  underWay.clear();
  cut.forEach(([event_id, sent]) => {
    broken = [...broken.filter(({ event }) => event !== sent.event), sent];
    const completed = { msg: "process_completed", event_id, success: true, output: { error: [] } };
    pass(`data: ${JSON.stringify(completed)}`, controller);
  });
  pass('data: {"msg": "close_stream"}', controller);
  keepLooking();  // not at once: gradio has to end them first
};
window.fetch = (...request) => {
  const asked = String(request[0].url || request[0]);
  if (asked.includes("/gradio_api/queue/join")) return join(...request);
  if (asked.includes("/gradio_api/queue/data")) return Promise.resolve(relay(...request));
  return fetched(...request);
};
window.addEventListener("pagehide", () => { leaving = true; });
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("offline", () => { if (underWay.size || isHeld()) see("lost"); });

/* Logging in again, in the page */
const logIn = async (form) => {
  const button = find("button.solid", form), alert = find("[role=alert]", form);
  button.disabled = true;
  alert.textContent = "";
  try {
    const sent = new URLSearchParams(new FormData(form));
    sent.set("language", language);
    const headers = { accept: "application/json" };
    const answer = await fetched("/login", { method: "POST", body: sent, headers });
    const { name, detail } = await answer.json();
    find("[name=password]", form).value = "";
    if (!answer.ok) {
      alert.textContent = detail;
      find("[name=password]", form).focus();
    } else if (name !== form.dataset.user) location.reload();  // what is shown is another's
    else see(await look());
  } catch { alert.textContent = labelOf("lost"); }
  button.disabled = false;
};

/* Over a reload */
const loadAnew = () => {
  if (leaving) return;
  leaving = true;
  const left = { asked: busy() ? asking : "", typed: find("#box")?.value || "", turns: answered };
  kept("sessionStorage", "left", JSON.stringify(left));
  location.reload();
};
const goOn = () => {  // with what was left, once the page is there
  const { asked, typed, turns } = JSON.parse(kept("sessionStorage", "left") || "{}");
  kept("sessionStorage", "left", "");
  if (asked) ask(asked);
  if (typed) find("#box").value ||= typed;
  grow(find("#box"));
  const gone = turns > all("#chat .turn[data-turn]").length;
  if (asked || gone) tell(labelOf(gone ? "earlierGone" : "askedAgain"));
};
