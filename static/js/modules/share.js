// Hands a link on: by the phone's own sheet where it has one, else onto the clipboard.
export default function share(button) {
  if (!navigator.share && !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { link, title, done } = button.dataset;
    try {
      if (navigator.share) await navigator.share({ title, url: link });
      else {
        await navigator.clipboard.writeText(link);
        button.textContent = done;
      }
    } catch {
      // The person closed the sheet: nothing to say.
    }
  });
}
