// Passkeys: makes one, or confirms a signature with one. A form with data-passkey is shown where the browser can; its hidden
// fields are filled and it is sent as any form. Without this file there is the code by message.
const forms = document.querySelectorAll("form [data-passkey]");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function options(form) {
  const asked = new URLSearchParams();
  for (const name of ["pact", "household"]) if (form.elements[name]) asked.set(name, form.elements[name].value);
  const answer = await fetch(`/api/passkey-options?${asked}`, { method: "POST" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function make(form, asked) {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rpId, name: document.title },
      user: { id: bytes(asked.user.id), name: asked.user.name, displayName: asked.user.name },
      pubKeyCredParams: asked.algorithms.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      attestation: "none",
      timeout: 300000,
    },
  });
  form.elements.client_data.value = text(made.response.clientDataJSON);
  form.elements.authenticator_data.value = text(made.response.getAuthenticatorData());
}

async function confirm(form, asked) {
  const got = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rpId,
      allowCredentials: asked.credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
      userVerification: "required",
      timeout: 300000,
    },
  });
  form.elements.credential_id.value = text(got.rawId);
  form.elements.client_data.value = text(got.response.clientDataJSON);
  form.elements.authenticator_data.value = text(got.response.authenticatorData);
  form.elements.signature.value = text(got.response.signature);
}

const can = window.PublicKeyCredential && "getAuthenticatorData" in AuthenticatorAttestationResponse.prototype;
if (can) {
  for (const part of forms) {
    const form = part.closest("form");
    const failed = part.querySelector("[data-passkey-failed]");
    part.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const asked = await options(form);
        await (part.dataset.passkey === "make" ? make : confirm)(form, asked);
        form.submit();
      } catch {
        failed.hidden = false;
        failed.focus();
      }
    });
  }
}
for (const without of document.querySelectorAll("[data-without-passkey]")) without.hidden = Boolean(can);
