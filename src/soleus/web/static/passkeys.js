// Passkeys: made and shown by the browser; the server asks, and judges the answer.
"use strict";

const send = async (path, csrf, body) => {
  const headers = { "content-type": "application/json", accept: "application/json", "x-csrf-token": csrf };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) { throw new Error(told.error.message); }
  return told;
};

const why = (error) => {
  if (error.name === "SecurityError") { return "Passkeys work only under the address that Soleus was set up for, not under this one."; }
  if (error.name === "InvalidStateError") { return "This device has a passkey for your account already."; }
  if (error.name === "NotAllowedError") { return "No passkey was used. Try again, or go on with the password."; }
  return error.message;
};

const deeds = {
  async make(form, csrf) {
    const options = await send("/account/passkeys/begin", csrf, { password: form.elements.old.value });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = await navigator.credentials.create({ publicKey });
    return send("/account/passkeys", csrf, { label: form.elements.label.value, credential: credential.toJSON() });
  },
  async show(form, csrf) {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await send("/login/passkey/begin", csrf, {}));
    const credential = await navigator.credentials.get({ publicKey });
    return send("/login/passkey", csrf, { credential: credential.toJSON(), next: form.elements.next.value });
  },
};

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const said = form.querySelector("[data-said]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.hidden = true;
      try {
        const told = await deeds[form.dataset.passkey](form, form.elements.csrf.value);
        window.location.assign(told.next);
        if (window.location.pathname === new URL(told.next, window.location).pathname) { window.location.reload(); }
      } catch (error) {
        said.textContent = why(error);
        said.hidden = false;
      }
    });
  }
}
