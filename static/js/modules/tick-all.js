// A button that ticks all boxes of a group, or none once all are ticked.
export default function tickAll(group) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  if (boxes.length < 2) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary mb-2";
  const say = () => {
    button.textContent = boxes.every((box) => box.checked) ? group.dataset.none : group.dataset.all;
  };
  button.addEventListener("click", () => {
    const tick = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = tick;
    say();
  });
  group.addEventListener("change", say);
  say();
  group.before(button);
}
