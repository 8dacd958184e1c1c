// A list's filters take effect when they are chosen; typed text waits for the button or Enter.
export default function filter(form) {
  form.addEventListener("change", (event) => {
    const typed = event.target.matches("input:not([type=checkbox], [type=radio])");
    if (!typed) form.requestSubmit ? form.requestSubmit() : form.submit();
  });
}
