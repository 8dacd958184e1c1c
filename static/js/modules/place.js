// Loads the next level as soon as one is chosen, and finds a place by typed name or pinyin.
export default function place(box) {
  const levels = box.querySelector(".place__levels");
  const search = box.querySelector(".place__search");
  const input = search.querySelector("input");
  const list = search.querySelector("[role=listbox]");
  const status = search.querySelector("[role=status]");
  const name = levels.querySelector("select").name;
  const base = levels.querySelector("select").id;
  let asked = 0;
  let timer = 0;

  const get = async (url, query) => {
    const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const make = (tag, text = "", attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const addLevel = ({ label, items, chosen = "" }) => {
    const at = levels.children.length;
    const id = at ? `${base}-${at}` : base;
    const select = make("select", "", { class: "form-select", id, name });
    select.append(make("option", box.dataset.empty, { value: "" }));
    for (const item of items) {
      const option = make("option", item.name, { value: item.code });
      option.selected = item.code === chosen;
      select.append(option);
    }
    const level = make("div", "", { class: "place__level" });
    level.append(make("label", label, { for: id }), select);
    levels.append(level);
  };
  const loadBelow = async (select) => {
    while (levels.lastElementChild !== select.parentElement) levels.lastElementChild.remove();
    if (!select.value) return;
    const mine = ++asked;
    const below = await get(box.dataset.children, { parent: select.value });
    if (mine === asked && below.items.length) addLevel(below);
  };
  levels.addEventListener("change", (event) => loadBelow(event.target).catch(fallBack));

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = async (code) => {
    close();
    const { chain } = await get(box.dataset.search, { code, top: box.dataset.top });
    levels.replaceChildren();
    chain.forEach(addLevel);
    const chosen = [...levels.querySelectorAll("select")].filter((one) => one.value).pop();
    status.textContent = input.value = chosen.selectedOptions[0].textContent;
    await loadBelow(chosen);
  };
  const show = (items) => {
    list.replaceChildren(...items.map((item, at) => {
      const option = make("li", item.name, { role: "option", id: `${list.id}-${at}`, "aria-selected": "false" });
      option.append(make("small", item.path));
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(item.code).catch(fallBack));
      return option;
    }));
    list.hidden = !items.length;
    if (items.length) list.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = items.length ? items.length : box.dataset.none;
    status.classList.toggle("visually-hidden", items.length > 0);
  };
  const find = async () => {
    const mine = ++asked;
    const typed = input.value.trim();
    if (!typed) return close();
    const found = await get(box.dataset.search, { q: typed, top: box.dataset.top, level: "" });
    if (mine === asked) show(found.items);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => find().catch(fallBack), 250);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") close();
    if (event.key === "Enter") {
      // Enter in a search box must never send the whole form.
      event.preventDefault();
      if (!list.hidden) options[Math.max(at, 0)].click();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.hidden) return;
    event.preventDefault();
    options[at]?.setAttribute("aria-selected", "false");
    const next = options[(at + step + options.length) % options.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", next.id);
  });

  const load = box.querySelector(".place__load");
  const fallBack = () => { load.hidden = false; search.hidden = true; };
  load.hidden = true;
  search.hidden = false;
}
