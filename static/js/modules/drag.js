// Moves a stay to a person's free day, or to other work: by mouse, by a finger on its handle, or by
// arrow keys from there. Its own page does the same by a form.
export default function drag(box) {
  const form = box.querySelector("form[hidden]");
  const said = box.querySelector("[data-said]");
  const days = [...box.querySelectorAll("thead th[data-day]")].map((th) => th.dataset.day);
  let held, aim, keys;
  for (const grip of box.querySelectorAll("[data-grip]")) grip.hidden = false;

  const below = (target) => target?.closest?.("[data-worker] [data-day], [data-posting]");
  const show = (at) => {
    aim?.classList.remove("board__aim");
    aim = at;
    aim?.classList.add("board__aim");
  };
  const drop = (row, day) => {
    const { worker = "", posting = "" } = row.dataset;
    form.action = held;
    form.worker.value = worker;
    form.posting.value = posting;
    form.first.value = posting ? "" : day || "";
    form.submit();
  };
  const dropAt = (at) => drop(at.closest("tr"), at.dataset.day);

  // Mouse
  box.addEventListener("dragstart", (event) => (held = event.target.closest("[data-drag]")?.dataset.drag));
  box.addEventListener("dragover", (event) => {
    const at = held && below(event.target);
    show(at);
    if (at) event.preventDefault();
  });
  box.addEventListener("dragend", () => show());
  box.addEventListener("drop", (event) => {
    const at = held && below(event.target);
    if (!at) return;
    event.preventDefault();
    dropAt(at);
  });

  // Finger or pen, on the handle: the page does not scroll from there
  box.addEventListener("pointerdown", (event) => {
    const grip = event.pointerType !== "mouse" && event.target.closest("[data-grip]");
    if (!grip) return;
    held = grip.closest("[data-drag]").dataset.drag;
    grip.setPointerCapture(event.pointerId);
    const move = (at) => {
      show(below(document.elementFromPoint(at.clientX, at.clientY)));
      if (at.clientY < 60) window.scrollBy(0, -12);
      if (at.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
    };
    const end = (last) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      const at = last.type === "pointerup" && aim;
      show();
      if (at) dropAt(at);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });

  // Keys: Enter on the handle takes the stay, arrows choose, Enter puts it there, Escape lets it be
  const rows = () => [...box.querySelectorAll("tr[data-worker], tr[data-posting]")].filter((row) => row.offsetParent);
  const cell = (row, day) => {
    let n = 0;
    for (const td of row.querySelectorAll("td")) {
      n += td.colSpan;
      if (n > day) return td;
    }
  };
  const aimAt = () => {
    const row = keys.rows[keys.row];
    const td = cell(row, keys.day);
    const works = "posting" in row.dataset;
    keys.fits = works || row === keys.own || "day" in td.dataset;
    show(works ? row : td);
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
    const head = box.querySelectorAll("thead th[data-day]")[keys.day];
    const where = `${row.querySelector("th").firstChild.textContent.trim()} ${works ? "" : head.textContent.trim()}`;
    said.textContent = keys.fits ? where : `${where} ${box.dataset.taken}`;
  };
  const letGo = () => {
    keys?.grip.setAttribute("aria-pressed", "false");
    keys = null;
    show();
  };
  box.addEventListener("click", (event) => {
    const grip = event.target.closest("[data-grip]");
    // A press by a key has no place on the screen.
    if (!grip || event.detail || keys) return;
    const own = grip.closest("tr");
    const from = grip.closest("[data-drag]");
    held = from.dataset.drag;
    const all = rows();
    let day = 0;
    for (let td = grip.closest("td").previousElementSibling; td?.matches("td"); td = td.previousElementSibling) day += td.colSpan;
    keys = { grip, own, rows: all, row: all.indexOf(own), day };
    grip.setAttribute("aria-pressed", "true");
    said.textContent = box.dataset.how;
    aimAt();
    said.textContent = `${box.dataset.how} ${said.textContent}`;
  });
  box.addEventListener("keydown", (event) => {
    if (!keys) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) {
      keys.row = Math.max(0, Math.min(keys.rows.length - 1, keys.row + step[0]));
      keys.day = Math.max(0, Math.min(days.length / box.querySelectorAll("thead").length - 1, keys.day + step[1]));
      aimAt();
    } else if (event.key === "Enter" || event.key === " ") {
      const { rows: all, row, day, fits } = keys;
      if (!fits) return event.preventDefault();
      letGo();
      drop(all[row], days[day]);
    } else if (event.key === "Escape") {
      letGo();
    } else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", (event) => keys && !keys.grip.contains(event.relatedTarget) && letGo());
}
