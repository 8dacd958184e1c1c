// Reads the skills out of what is typed, and offers them as ticked chips while one types.
export default function skills(box) {
  const text = box.querySelector("textarea");
  const shown = box.querySelector("[name=shown]");
  const said = box.querySelector("[data-said]");
  const unread = box.querySelector("[data-unread]");
  const button = box.querySelector("[name=_read]");
  let asked = 0;
  let timer = 0;

  const row = () => {
    const found = box.querySelector("[data-found] .chips__row");
    if (found) return found;
    box.querySelector("[data-found]").append(box.querySelector("template").content.cloneNode(true));
    return box.querySelector("[data-found] .chips__row");
  };
  const chip = ({ id, name, words }) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const span = document.createElement("span");
    label.className = "chip";
    label.htmlFor = input.id = `read-${id}`;
    Object.assign(input, { type: "checkbox", name: "skills", value: id, checked: true });
    span.append(`${name} `);
    const small = document.createElement("small");
    small.textContent = words;
    span.append(small);
    label.append(input, span);
    return label;
  };
  const read = async () => {
    const mine = ++asked;
    const answer = await fetch(`${box.dataset.read}?${new URLSearchParams({ said: text.value })}`);
    if (!answer.ok || mine !== asked) return;
    const known = new Set(shown.value.split(",").filter(Boolean));
    const { items } = await answer.json();
    unread.hidden = items.length > 0 || !text.value.trim();
    const fresh = items.filter((item) => !known.has(item.id));
    for (const item of fresh) {
      // A chip further down is the same skill: tick that one instead of offering it twice.
      const there = box.querySelector(`input[name=skills][value="${CSS.escape(item.id)}"]`);
      if (there && there.checked) continue;
      there?.closest("label").remove();
      row().append(chip(item));
    }
    shown.value = [...known, ...fresh.map((item) => item.id)].join(",");
    if (fresh.length) said.textContent = fresh.map((item) => item.name).join(" ");
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => read().catch(() => { button.hidden = false; }), 500);
  });
  button.hidden = true;
  // Somebody may have typed before this file arrived.
  if (text.value.trim()) read().catch(() => { button.hidden = false; });
}
