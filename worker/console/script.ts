/** The one client script: copy buttons, and panels that look for news. Everything works without it. */

export const SCRIPT = `
document.documentElement.classList.add("scripted");
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
});
for (const panel of document.querySelectorAll("[data-live]")) {
  const look = async () => {
    if (!document.hidden) {
      try {
        const response = await fetch(panel.dataset.live, { headers: { Accept: "text/html" } });
        if (response.ok) {
          const text = await response.text();
          if (text !== panel.innerHTML) panel.innerHTML = text;
        } else if (response.status < 500) return;
      } catch {}
    }
    if (!panel.querySelector("[data-done]")) setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
`;
