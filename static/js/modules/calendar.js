// Ticks a stretch of days: the button, the first day, the last day; or Shift with a click.
export default function calendar(box) {
  const days = [...box.querySelectorAll("input[type=checkbox]")];
  const tools = box.querySelector(".calendar__tools");
  const say = box.querySelector(".calendar__say");
  const button = box.querySelector("[data-range]");
  let first = null;
  let last = null;

  const fill = (from, to, on) => {
    const [low, high] = [days.indexOf(from), days.indexOf(to)].sort((a, b) => a - b);
    for (const day of days.slice(low, high + 1)) if (!day.disabled) day.checked = on;
  };
  const ranging = () => button?.getAttribute("aria-pressed") === "true";
  const setRanging = (on) => {
    button.setAttribute("aria-pressed", String(on));
    say.textContent = on ? say.dataset.first : "";
    first?.classList.remove("is-start");
    first = null;
  };
  box.addEventListener("click", (event) => {
    const day = event.target;
    if (!days.includes(day)) return;
    if (ranging() && !first) {
      first = day;
      first.checked = true;
      first.classList.add("is-start");
      say.textContent = say.dataset.last;
    } else if (ranging()) {
      fill(first, day, true);
      setRanging(false);
    } else if (event.shiftKey && last) {
      fill(last, day, day.checked);
    }
    last = day;
  });
  if (!tools) return;
  tools.hidden = false;
  box.querySelector(".calendar__range").hidden = true;
  button.addEventListener("click", () => setRanging(!ranging()));
  for (const [name, on] of [["all", true], ["none", false]]) {
    box.querySelector(`[data-${name}]`).addEventListener("click", () => fill(days[0], days.at(-1), on));
  }
}
