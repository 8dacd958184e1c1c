// Says once that the work shown here was seen.
export default function seen(part) {
  const form = new FormData();
  form.set("csrf_token", part.dataset.token);
  for (const id of part.dataset.ids.split(",")) form.append("posting", id);
  fetch(part.dataset.url, { method: "POST", body: form }).catch(() => 0);
}
