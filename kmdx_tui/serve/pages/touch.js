// Fingers: the keys that a tablet's keyboard lacks, lines that move under a finger, and a terminal that stays above the
// keyboard on the screen. A tap is a click of the mouse already.
"use strict";

const KEYS = [
  ["Esc", "\x1b"], ["Tab", "\t"], ["↑", "\x1b[A"], ["↓", "\x1b[B"], ["←", "\x1b[D"], ["→", "\x1b[C"],
  ["PgUp", "\x1b[5~"], ["PgDn", "\x1b[6~"], ["⌫", "\x7f"], ["Enter", "\r"],
];
const DRAG_PX = 40; // so far a finger goes for one turn of the wheel, which is two lines

// Keys

function addKey(shown, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = shown;
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the terminal keeps the focus
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("pointerup", (event) => { // no click comes from a tap soon after a drag
    if (document.elementFromPoint(event.clientX, event.clientY) === button) press();
  });
  document.querySelector(".keys").append(button);
  return button;
}

function callKeyboard() { // one that was put away comes back only to what gets the focus
  const area = document.querySelector(".xterm-helper-textarea");
  area.blur();
  area.focus();
}

// Dragging

let dragged = null; // where the finger was at the last turn of the wheel

function turn(event) {
  if (event.touches.length !== 1) return (dragged = null);
  const { clientX, clientY } = event.touches[0];
  if (dragged === null || event.type === "touchstart") return (dragged = clientY);
  const turns = Math.trunc((dragged - clientY) / DRAG_PX);
  dragged -= turns * DRAG_PX;
  for (let left = Math.abs(turns); left > 0; left -= 1) {
    const wheel = { deltaY: Math.sign(turns), deltaMode: WheelEvent.DOM_DELTA_LINE, clientX, clientY };
    event.target.dispatchEvent(new WheelEvent("wheel", { ...wheel, bubbles: true, cancelable: true }));
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const terminal = document.getElementById("terminal");
  if (!terminal) return;
  for (const [shown, sent] of KEYS) addKey(shown, () => send(sent));
  addKey("⌨", callKeyboard).ariaLabel = document.querySelector(".keys").dataset.keyboard;
  terminal.addEventListener("touchstart", turn, { passive: true });
  terminal.addEventListener("touchmove", turn, { passive: true });
  window.visualViewport?.addEventListener("resize", () => {
    if (visualViewport.scale !== 1) return; // somebody looks closer
    document.body.style.height = `${visualViewport.height}px`;
    window.dispatchEvent(new Event("resize"));
  });
});
