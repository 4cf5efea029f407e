// What a plain page wants from a script: the service worker, and reading aloud in
// large type. Every page works without this file.
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}

const button = document.querySelector("[data-read-aloud]");
if (button && "speechSynthesis" in window) {
  const words = button.textContent;
  const stop = () => {
    speechSynthesis.cancel();
    button.textContent = words;
    button.setAttribute("aria-pressed", "false");
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) return stop();
    const text = document.getElementById(button.dataset.readAloud).innerText.replace(words, "");
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = document.documentElement.lang;
    speech.rate = 0.9;
    speech.onend = stop;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    speechSynthesis.speak(speech);
  });
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
