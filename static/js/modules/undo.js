// Counts down beside the button and folds the offer away; the server decides whether undo is still allowed.
export default function undo(form) {
  const shown = form.querySelector(".undo__left");
  const end = Date.now() + Number(form.dataset.seconds) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    shown.textContent = left > 0 ? left : "";
    // Never take the button from under someone who is on it.
    if (left > 0 || form.contains(document.activeElement)) return;
    clearInterval(timer);
    form.querySelector("button").remove();
  }, 500);
}
