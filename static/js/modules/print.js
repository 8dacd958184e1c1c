// A button for what the browser's menu does as well.
export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
