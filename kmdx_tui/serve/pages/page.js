// The page around the terminal. It stands before the terminal's own script, and does for it what that one can't:
// text from input methods, downloads without a new window, and coming back after a lost line.
"use strict";

const ENDED = 4000, MOVED = 4001, RETRY_MS = 1500;
let line = null;

function send(text) {
  if (text && line && line.readyState === WebSocket.OPEN) line.send(JSON.stringify(["stdin", text]));
}

// The line

class Line extends WebSocket {
  constructor(...where) {
    super(...where);
    line = this;
    this.addEventListener("close", (event) => {
      const over = event.code === ENDED ? "ended" : event.code === MOVED ? "moved" : "lost";
      document.body.dataset.over = over;
      if (over === "lost") setTimeout(comeBack, RETRY_MS);
    });
  }
}
window.WebSocket = Line;

async function comeBack() {
  try {
    const answer = await fetch("/alive", { cache: "no-store" });
    if (answer.ok) return location.reload();
  } catch {
    // not there yet
  }
  setTimeout(comeBack, RETRY_MS);
}

// Downloads: asked for by the server and not by a click, a new window would be blocked

const openWindow = window.open.bind(window);
window.open = (address, ...rest) => {
  if (!String(address).startsWith(`${location.origin}/download/`)) return openWindow(address, ...rest);
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
  return null;
};

// Input methods. The terminal's script guesses from the text area what was typed, and loses or doubles characters when
// events follow closely. So it sees neither compositions nor keys that the input method has taken (229); what they
// bring is sent from here, in the order in which it comes, together with the keys that it does see.

let pressed = false; // the terminal has taken, or will take, the character of the key that is down

function inTerminal(event) {
  return event.target instanceof Element && event.target.classList.contains("xterm-helper-textarea");
}

function isPaste(event) { // the terminal would send Ctrl+V as a key, and keep the browser from pasting
  return event.ctrlKey && !event.altKey && !event.metaKey && event.keyCode === 86;
}

function hide(event) {
  event.stopImmediatePropagation();
}

function showComposed(area, text) {
  const view = area.closest(".xterm").querySelector(".composition-view");
  const { left, top, height, lineHeight } = area.style;
  Object.assign(view.style, { left, top, height, lineHeight });
  view.textContent = text;
  view.classList.toggle("active", text !== "");
}

const INPUT = {
  keydown(event) {
    pressed = false;
    if (event.keyCode === 229 || event.isComposing || isPaste(event)) hide(event);
  },
  keypress() {
    pressed = true;
  },
  compositionstart(event) {
    hide(event);
  },
  compositionupdate(event) {
    hide(event);
    showComposed(event.target, event.data);
  },
  compositionend(event) {
    hide(event);
    showComposed(event.target, "");
    send(event.data);
    event.target.value = "";
  },
  input(event) {
    if (event.isComposing) return hide(event);
    if (event.inputType !== "insertText" || pressed) return;
    hide(event);
    send(event.data);
    event.target.value = "";
  },
};
for (const [name, handle] of Object.entries(INPUT)) {
  window.addEventListener(name, (event) => inTerminal(event) && handle(event), true);
}

// The page

document.addEventListener("DOMContentLoaded", () => {
  const terminal = document.getElementById("terminal");
  if (!terminal) return;
  terminal.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  for (const button of document.querySelectorAll("[data-reload]")) {
    button.addEventListener("click", () => location.reload());
  }
  new MutationObserver((_changes, observer) => {
    if (!document.body.classList.contains("-first-byte")) return;
    observer.disconnect();
    terminal.querySelector(".xterm-helper-textarea").focus();
  }).observe(document.body, { attributeFilter: ["class"] });
});
