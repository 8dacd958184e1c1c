// Shows a part of the page anew while it is at work, then the whole page.
export default function refresh(part) {
  const timer = setInterval(async () => {
    const answer = await fetch(part.dataset.url).catch(() => 0);
    if (!answer.ok) return;
    const open = part.querySelector("details")?.open;
    part.innerHTML = await answer.text();
    if (open) part.querySelector("details").open = true;
    if (part.querySelector("[data-running]")) return;
    clearInterval(timer);
    location.reload();
  }, 2000);
}
