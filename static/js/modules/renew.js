// A code that is shown goes stale after minutes: fetch the page's next one before that.
export default function renew(part) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (next) part.replaceChildren(...next.childNodes);
  }, Number(part.dataset.seconds) * 1000);
}
