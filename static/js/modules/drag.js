// Moves a stay by drag: to a person's free day, or to other work. Its own page does the same by a form.
export default function drag(box) {
  const form = box.querySelector("form[hidden]");
  let held;
  const below = (event) => held && event.target.closest("[data-worker] [data-day], [data-posting]");
  box.addEventListener("dragstart", (event) => (held = event.target.closest("[data-drag]")?.dataset.drag));
  box.addEventListener("dragover", (event) => below(event) && event.preventDefault());
  box.addEventListener("drop", (event) => {
    const at = below(event);
    if (!at) return;
    event.preventDefault();
    const { worker = "", posting = "" } = at.closest("tr").dataset;
    form.action = held;
    form.worker.value = worker;
    form.posting.value = posting;
    form.first.value = at.dataset.day || "";
    form.submit();
  });
}
